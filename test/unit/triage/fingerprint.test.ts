import { expect, it } from "vitest";
import { hmacHex } from "../../../src/lib/hmac.ts";
import { seededRandom } from "../../../src/lib/seeded-random.ts";
import { asRuleId } from "../../../src/model/ids.ts";
import { KeyText } from "../../../src/model/key-text.ts";
import { expand } from "../../../src/rules/expand.ts";
import { toFinding } from "../../../src/triage/fingerprint.ts";
import { githubToken } from "../../support/random-keys.ts";

const PLACE = { line: 1, column: 1, lineEnd: 1, columnEnd: 9 };
const PEM = expand("{{pem:RSA}}", seededRandom("fingerprint"));
const LINES = PEM.split("\n");

it("is the same for the same key and account, and unrelated for another account", () => {
  const token = githubToken("fingerprint");
  expect(fingerprintOf(token)).toMatch(/^[0-9a-f]{64}$/);
  expect(fingerprintOf(token)).toBe(fingerprintOf(token));
  expect(fingerprintOf(token, "other account")).not.toBe(fingerprintOf(token));
  expect(fingerprintOf(githubToken("another"))).not.toBe(fingerprintOf(token));
});

it.each<[string, string]>([
  ["with Windows line ends", LINES.join("\r\n")],
  ["indented", LINES.map((line) => `    ${line}`).join("\n")],
  ["in a JSON string", JSON.stringify(PEM).slice(1, -1)],
  ["in JSON within JSON", JSON.stringify(JSON.stringify(PEM)).slice(3, -3)],
  ["joined by a program", LINES.map((line) => `"${line}\\n"`).join(" +\n    ")],
  ["joined by another program", LINES.map((line) => `'${line}'`).join(" . ")],
  ["in a list of lines", LINES.map((line) => `  "${line}"`).join(",\n")],
  ["on one line with blanks", LINES.join(" ")],
  ["with a label of another kind", PEM.replaceAll("RSA PRIVATE", "PRIVATE")],
])("of a private key is that of its body alone: %s", (_form, text) => {
  expect(fingerprintOf(text)).toBe(fingerprintOf(PEM));
});

it("keeps the signs of base64 in the body", () => {
  expect(fingerprintOf(PEM.replace(/\+/g, ""))).not.toBe(fingerprintOf(PEM));
  expect(fingerprintOf(PEM.replace(/\//g, ""))).not.toBe(fingerprintOf(PEM));
});

it("takes every character of a key that is no PEM block", () => {
  const token = `${githubToken("blanks")} `;
  expect(fingerprintOf(token)).not.toBe(fingerprintOf(token.trim()));
});

it("shows the mask, of a pair both masks, and never the text", () => {
  const key = new KeyText(githubToken("pair"), "ghp_");
  const companion = new KeyText("AKIA".padEnd(20, "Q7"), "AKIA");
  const raw = { rule: asRuleId("toy-pair"), key, place: PLACE };
  const alone = toFinding(raw, () => "f".repeat(64));
  const pair = toFinding({ ...raw, companion }, () => "f".repeat(64));
  expect(alone).toEqual({
    rule: "toy-pair",
    fingerprint: "f".repeat(64),
    masked: key.masked,
    place: PLACE,
  });
  expect(pair.masked).toBe(`${companion.masked} / ${key.masked}`);
});

function fingerprintOf(text: string, account = "account"): string {
  const key = new TextEncoder().encode(account);
  const raw = { rule: asRuleId("toy-key"), key: new KeyText(text), place: PLACE };
  return toFinding(raw, (value) => hmacHex(key, value)).fingerprint;
}
