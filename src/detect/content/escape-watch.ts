/** Lets the engine's own search find escapes and notebooks, at no cost for text without them. */
import { byteSetToHex } from "../../lib/byte-set.ts";
import { asRuleId } from "../../model/ids.ts";
import type { CompiledRule, CompiledRules, Prefilter } from "../../model/rule.ts";

/** Returns rules for a proposer only: behind the real ones, one that proposes places of escapes. */
export function withEscapeWatch(rules: CompiledRules): CompiledRules {
  return { ...rules, rules: [...rules.rules, ESCAPE_WATCH] };
}

/** Escapes of ASCII characters that keys and what is around them have; others encode no key. */
const PERCENT_CODES = [
  "21",
  "22",
  "24",
  "25",
  "2a",
  "2b",
  "2d",
  "2e",
  "2f",
  "3a",
  "3d",
  "40",
  "5f",
];
const FIRST_DIGITS = ["2", "3", "4", "5", "6", "7"];
const HEX_DIGITS = byteSetToHex(
  Uint8Array.from({ length: 256 }, (_, byte) =>
    Number(/[0-9a-f]/i.test(String.fromCharCode(byte))),
  ),
);

const ESCAPE_WATCH: CompiledRule = {
  id: asRuleId("content-escape"),
  provider: 0,
  name: "Escape",
  lane: "generic",
  severity: "low",
  pattern: "(?!)",
  flags: "",
  prefilters: [
    ...PERCENT_CODES.map((code) => watch(`%${code}`)),
    ...FIRST_DIGITS.map((digit) => watch(`\\u00${digit}`, 1)),
    ...FIRST_DIGITS.map((digit) => watch(`\\x${digit}`, 1)),
    watch('"nbforma'),
  ],
  spanMax: 6,
  fixedPrefixes: [],
  entropyMin: 0,
  skipReferences: false,
  parts: [],
  notIn: [],
  testKey: false,
};

function watch(literal: string, digitCount = 0): Prefilter {
  return {
    literal,
    ignoreCase: true,
    offsetMin: 0,
    offsetMax: 0,
    ...(digitCount === 0 ? {} : { run: { bytes: HEX_DIGITS, countMin: digitCount } }),
  };
}
