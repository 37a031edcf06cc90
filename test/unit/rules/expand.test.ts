import { createPrivateKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import { passesChecksum } from "../../../src/detect/checksum.ts";
import { bitsPerCharacter } from "../../../src/detect/entropy.ts";
import { isPlaceholder } from "../../../src/detect/placeholder.ts";
import { seededRandom } from "../../../src/lib/seeded-random.ts";
import { expand } from "../../../src/rules/expand.ts";

const SEEDS = Array.from({ length: 25 }, (_, index) => `seed ${index}`);

it.each([
  { template: "{{hex:32}}", form: /^[0-9a-f]{32}$/ },
  { template: "{{HEX:32}}", form: /^[0-9A-F]{32}$/ },
  { template: "{{alnum:40}}", form: /^[A-Za-z0-9]{40}$/ },
  { template: "{{ALNUM:16}}", form: /^[A-Z0-9]{16}$/ },
  { template: "{{digit:12}}", form: /^[0-9]{12}$/ },
  { template: "{{upper:9}}{{lower:9}}", form: /^[A-Z]{9}[a-z]{9}$/ },
  { template: "{{base32:16}}", form: /^[A-Z2-7]{16}$/ },
  { template: "{{base64:40}}", form: /^[A-Za-z0-9+/]{40}$/ },
  { template: "{{base64url:43}}", form: /^[A-Za-z0-9_-]{43}$/ },
  { template: "k={{[a-c\\]]:5}};", form: /^k=[a-c\]]{5};$/ },
  { template: "{{[xyz]:2-4}}", form: /^[xyz]{2,4}$/ },
])("writes $template", ({ template, form }) => {
  for (const seed of SEEDS) expect(expand(template, seededRandom(seed))).toMatch(form);
});

it("draws every length of a range", () => {
  const lengths = SEEDS.map((seed) => expand("{{lower:2-4}}", seededRandom(seed)).length);
  expect(new Set(lengths)).toEqual(new Set([2, 3, 4]));
});

it("gives the same text for the same seed and another one for another", () => {
  const [one, same, other] = ["a", "a", "b"].map((seed) =>
    expand("{{alnum:40}}", seededRandom(seed)),
  );
  expect(same).toBe(one);
  expect(other).not.toBe(one);
});

it("leaves the placeholders of other languages alone", () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's syntax is what is tested.
  const template = "${NAME} {{ name }} %NAME% {% if %}";
  expect(expand(template, seededRandom("a"))).toBe(template);
});

it.each(["{{nonsense}}", "{{hex}}", "{{hex:0}}", "{{hex:9-3}}", "{{hex:99999}}", "{{pem:XYZ}}"])(
  "refuses %s",
  (template) => {
    expect(() => expand(template, seededRandom("a"))).toThrow();
  },
);

it("writes runs as varied as real keys are", () => {
  for (const seed of SEEDS) {
    const key = expand("{{alnum:32}}", seededRandom(seed));
    expect(bitsPerCharacter(key)).toBeGreaterThan(4);
    expect(key).toMatch(/\d/);
    expect(isPlaceholder(key)).toBe(false);
  }
});

describe("generated keys hold what their checks ask for:", () => {
  it.each([
    { template: "{{github_token:ghp_}}", checksum: "github-crc32", form: /^ghp_\w{36}$/ },
    { template: "{{npm_token}}", checksum: "npm-crc32", form: /^npm_\w{36}$/ },
    { template: "{{pypi_token}}", checksum: "pypi-macaroon", form: /^pypi-[\w-]{150,}$/ },
    { template: "{{jwt}}", checksum: "jwt-header", form: /^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{43}$/ },
    { template: "{{pem:RSA}}", checksum: "pem-body", form: /RSA PRIVATE KEY/ },
    { template: "{{pem:OPENSSH}}", checksum: "pem-body", form: /OPENSSH PRIVATE KEY/ },
  ] as const)("$template", ({ template, checksum, form }) => {
    for (const seed of SEEDS) {
      const key = expand(template, seededRandom(seed));
      expect(key).toMatch(form);
      expect(passesChecksum(checksum, key)).toBe(true);
    }
  });
});

it("writes PEM armour of lines of 64 characters that parsers get as far as the key itself", () => {
  const pem = expand("{{pem:}}", seededRandom("a"));
  const lines = pem.split("\n").slice(1, -2);
  expect(lines.every((line) => line.length === 64)).toBe(true);
  expect(() => createPrivateKey(pem)).toThrow(/DECODER|asn1|unsupported/i);
});
