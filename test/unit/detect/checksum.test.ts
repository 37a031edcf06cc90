import { describe, expect, it } from "vitest";
import { passesChecksum } from "../../../src/detect/checksum.ts";
import { seededRandom } from "../../../src/lib/seeded-random.ts";
import { expand } from "../../../src/rules/expand.ts";

function make(template: string): string {
  return expand(template, seededRandom("checksum"));
}

/** The same length and alphabet, one character changed. */
function damage(key: string): string {
  const at = Math.floor(key.length / 2);
  return key.slice(0, at) + (key.charAt(at) === "a" ? "b" : "a") + key.slice(at + 1);
}

it("refuses a token whose checksum belongs to another one", () => {
  expect(passesChecksum("github-crc32", damage(make("{{github_token:gho_}}")))).toBe(false);
  expect(passesChecksum("npm-crc32", damage(make("{{npm_token}}")))).toBe(false);
  expect(passesChecksum("github-crc32", make("ghp_{{alnum:36}}"))).toBe(false);
});

it.each([
  { what: "a header without an algorithm", header: '{"typ":"JWT"}', passes: false },
  { what: "a header that is no object", header: '"alg"', passes: false },
  { what: "a header that is no JSON", header: "{alg", passes: false },
  { what: "an algorithm", header: '{"alg":"none"}', passes: true },
])("reads $what in a JWT", ({ header, passes }) => {
  expect(passesChecksum("jwt-header", `${btoa(header)}.${make("{{base64url:40}}")}.x`)).toBe(
    passes,
  );
});

it("refuses what is no base64 at all", () => {
  expect(passesChecksum("jwt-header", "a.b.c")).toBe(false);
  expect(passesChecksum("jwt-header", "")).toBe(false);
  expect(passesChecksum("pypi-macaroon", "pypi-*")).toBe(false);
});

it("refuses a macaroon of another place", () => {
  expect(passesChecksum("pypi-macaroon", make("{{pypi_token}}"))).toBe(true);
  expect(passesChecksum("pypi-macaroon", make("pypi-AgEI{{base64url:150}}"))).toBe(false);
});

describe("a PEM body", () => {
  const pem = make("{{pem:EC}}");
  const lines = pem.split("\n");

  it.each([
    { what: "as it is", text: pem },
    { what: "with Windows line ends", text: lines.join("\r\n") },
    { what: "on one line of JSON", text: lines.join("\\n") },
    { what: "indented, as in YAML", text: lines.join("\n    ") },
    { what: "in quoted lines of code", text: lines.join('\\n" +\n  "') },
    { what: "with headers", text: pem.replace("\n", "\nProc-Type: 4,ENCRYPTED\n\n") },
  ])("counts $what", ({ text }) => {
    expect(passesChecksum("pem-body", text)).toBe(true);
  });

  it.each([
    { what: "dots", body: "..." },
    { what: "a name", body: "<your private key, about sixty characters of base64 text here>" },
    { what: "too little", body: make("{{base64:40}}") },
    { what: "one letter", body: "A".repeat(200) },
  ])("does not count with $what inside", ({ body }) => {
    const text = [lines[0], body, lines.at(-1)].join("\n");
    expect(passesChecksum("pem-body", text)).toBe(false);
  });
});
