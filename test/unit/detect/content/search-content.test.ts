import { describe, expect, it } from "vitest";
import { DECODED_BYTES_MAX } from "../../../../src/detect/content/search-content.ts";
import { createReferenceProposer } from "../../../../src/detect/propose.ts";
import { createScanner } from "../../../../src/detect/scan.ts";
import { summarize } from "../../../engine/summary.ts";
import { compileToyRules } from "../../../support/toy-rules.ts";

const rules = compileToyRules([
  { id: "toy-zed", pattern: "\\bzed_[a-z0-9]{8}\\b" },
  { id: "toy-any", pattern: "any=[!-~]{8,400}", lane: "generic" },
  {
    id: "toy-pair",
    pattern: "\\bZID[A-Z0-9]{6}\\b",
    parts: [
      {
        name: "secret",
        pattern: "(?<![a-z0-9])[a-z0-9]{12}(?![a-z0-9])",
        within: 40,
        secret: true,
        required: false,
        entropy: 2.5,
        ignore_case: false,
      },
    ],
  },
]);
const engines = [createScanner(rules), createScanner(rules, createReferenceProposer)];

const PLAIN = "token: zed_q1w2e3r4 and some more words behind it\n";
const base64 = (text: string | Uint8Array) => Buffer.from(text).toString("base64");
const base64url = (text: string) => Buffer.from(text).toString("base64url");
const hex = (text: string) => Buffer.from(text).toString("hex");
const utf16 = (text: string) => base64(Buffer.from(text, "utf16le"));
const wrap = (text: string) => text.replace(/.{76}/g, "$&\n  ");
const percent = (text: string) => text.replace(/[_:]/g, (c) => `%${hex(c)}`);
const unicode = (text: string) => text.replace(/[_:]/g, (c) => `\\u00${hex(c).toUpperCase()}`);
const backslashX = (text: string) => text.replace(/[_:]/g, (c) => `\\x${hex(c)}`);
const notebook = (source: string) =>
  JSON.stringify({ cells: [{ cell_type: "code", source: [source] }], nbformat: 4 });

describe("a key is found", () => {
  it.each([
    ["in base64", `data: ${base64(PLAIN)}`, "1:16-1:32"],
    ["in base64 that begins anywhere", `  data: ${base64(PLAIN)}`, "1:18-1:34"],
    ["in base64 for addresses", base64url(`??>>~~ ${PLAIN}`), "1:19-1:35"],
    ["in UTF-16 in base64", utf16(PLAIN), "1:19-1:50"],
    ["in base64 in base64", base64(`${"x".repeat(9)} ${base64(PLAIN)}`), "1:26-1:48"],
    [
      "in base64 over several lines",
      wrap(base64("words and words ".repeat(5) + PLAIN)),
      "2:43-2:58",
    ],
    ["in hex digits", hex(PLAIN), "1:15-1:38"],
    ["behind percent escapes", `a=1&${percent(PLAIN)}`, "1:14-1:27"],
    ["behind unicode escapes", `"${unicode(PLAIN)}"`, "1:14-1:30"],
    ["behind hex escapes", `"${backslashX(PLAIN)}"`, "1:12-1:26"],
    ["in base64 in percent escapes", `${base64(PLAIN)}%3D%2F `, "1:10-1:26"],
    ["in the strings of a notebook", notebook('x = "\\tzed_q1w2e3r4"\n'), "1:51-1:62"],
  ])("%s", (_what, text, place) => {
    for (const engine of engines) {
      expect(summarize(engine, Buffer.from(text))).toEqual([`toy-zed zed_q1w2e3r4 @ ${place}`]);
    }
  });
});

it("reads a word to its end that is longer than the text around an escape", () => {
  const key = "zed_".concat("q1w2e3r4t5".repeat(80));
  const long = compileToyRules([{ id: "toy-long", pattern: "\\bzed_[a-z0-9]{8,900}\\b" }]);
  const found = summarize(createScanner(long), Buffer.from(`next%3d${key} ${" ".repeat(600)}`));
  expect(found).toEqual([`toy-long ${key} @ 1:8-1:811`]);
});

it("keeps the two halves of a pair together", () => {
  const [finding] = summarize(
    createScanner(rules),
    Buffer.from(base64("id ZIDA1B2C3 is q1w2e3r4t5y6\n")),
  );
  expect(finding).toMatch(/^toy-pair q1w2e3r4t5y6 \+ ZIDA1B2C3 @/);
});

it("reports a key once that stands in clear within encoded text", () => {
  const text = `${unicode("a:b")} zed_q1w2e3r4`;
  expect(summarize(createScanner(rules), Buffer.from(text))).toEqual([
    "toy-zed zed_q1w2e3r4 @ 1:10-1:21",
  ]);
});

it("takes a provider's key in encoded text over the text as a whole", () => {
  const [first, ...others] = summarize(createScanner(rules), Buffer.from(`any=${base64(PLAIN)}`));
  expect(first).toMatch(/^toy-zed zed_q1w2e3r4 @/);
  expect(others).toEqual([]);
});

it("does not decode at a third depth", () => {
  const thrice = base64(`1 ${base64(`2 ${base64(PLAIN)}`)}`);
  expect(summarize(createScanner(rules), Buffer.from(thrice))).toEqual([]);
});

it("reports encoded text over the limit as a gap", () => {
  const text = base64(Buffer.alloc(DECODED_BYTES_MAX, "words "));
  const { gaps } = createScanner(rules).scan(Buffer.from(text));
  expect(gaps).toEqual([{ kind: "by-nature", reason: "decode-limit" }]);
});
