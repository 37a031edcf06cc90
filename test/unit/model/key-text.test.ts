import { format, inspect } from "node:util";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { KeyText, maskKey } from "../../../src/model/key-text.ts";
import { githubToken } from "../../support/random-keys.ts";

const TOKEN = githubToken("key text");
const MASK = `ghp_…${TOKEN.slice(-4)}`;
const key = new KeyText(TOKEN, "ghp_");

it("gives its text to reveal() alone", () => {
  expect(key.reveal()).toBe(TOKEN);
});

it.each<[string, () => string]>([
  ["String()", () => String(key)],
  ["a template", () => `${key}`],
  ["concatenation", () => ["key: ", key].join("")],
  ["toString()", () => key.toString()],
  ["JSON", () => JSON.stringify({ key })],
  ["JSON of a list", () => JSON.stringify([key])],
  ["inspect", () => inspect(key)],
  ["inspect of what hides", () => inspect({ deep: [key] }, { depth: 9, showHidden: true })],
  ["format, as console does", () => format("%s %o %j", key, key, key)],
  ["an error's message", () => new Error(`no such key: ${key}`).message],
  ["an error's cause", () => inspect(new Error("failed", { cause: key }))],
  ["a log line", () => logged({ key })],
  ["structured clone", () => JSON.stringify(structuredClone(key))],
  ["a copy of its properties", () => JSON.stringify({ ...key })],
])("prints as its mask by %s", (_way, print) => {
  expect(print()).toContain(MASK);
  expect(print()).not.toContain(TOKEN.slice(4, 12));
});

it("arrives empty in another thread", () => {
  expect(structuredClone(key)).toEqual({ masked: MASK });
  expect(structuredClone(key)).not.toHaveProperty("reveal");
});

describe("maskKey shows", () => {
  it.each([
    ["the prefix and the last four of sixteen", "sk_aB3dE5gH7jK9mN1p", "sk_", "sk_…mN1p"],
    ["none of fifteen", "sk_aB3dE5gH7jK9mN1", "sk_", "sk_…"],
    ["the last four alone without a prefix", "aB3dE5gH7jK9mN1p", "", "…mN1p"],
    ["no prefix that the text does not have", "aB3dE5gH7jK9mN1p", "ghp_", "…mN1p"],
    ["nothing of an empty text", "", "", "…"],
    ["no character that could be hidden", "aB3dE5gH7jK9mN\u200b1", "", "…"],
    ["nothing that is not ASCII", "aB3dE5gH7jK9mNßß", "", "…"],
    ["the end behind line breaks", "aB3dE5gH7jK9\nmN1p\n", "", "…mN1p"],
  ])("%s", (_what, text, prefix, masked) => {
    expect(maskKey(text, prefix)).toBe(masked);
  });
});

function logged(fields: object): string {
  const lines: string[] = [];
  pino({ level: "info" }, { write: (line) => void lines.push(line) }).info(fields, "a key");
  return lines.join("");
}
