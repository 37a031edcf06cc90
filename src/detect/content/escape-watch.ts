/** Lets the engine's own search find escapes and notebooks, at no cost for text without them. */
import { byteSetToHex } from "../../lib/byte-set.ts";
import { asRuleId } from "../../model/ids.ts";
import type { CompiledRule, CompiledRules, Prefilter } from "../../model/rule.ts";
import type { Proposal } from "../proposal.ts";

/** Text around an escape that a match may need. */
export const ESCAPE_REACH_BYTES = 512;

/** Where a text has escapes. */
export interface Escapes {
  /** Ranges of first and last escape, alternately; escapes whose reach meets are in one range. */
  readonly percent: readonly number[];
  readonly backslash: readonly number[];
  readonly isNotebook: boolean;
}

/** Returns rules for a proposer only: behind the real ones, those that propose places of escapes. */
export function withEscapeWatch(rules: CompiledRules): CompiledRules {
  return { ...rules, rules: [...rules.rules, ...ESCAPE_WATCHES] };
}

/** Reads what was proposed for the rules behind the first `ruleCount`. */
export function readEscapes(proposals: readonly Proposal[], ruleCount: number): Escapes {
  const [percent = [], backslash = [], notebook = []] = ESCAPE_WATCHES.map(
    (_, index) => proposals.find(({ rule }) => rule === ruleCount + index)?.ranges,
  );
  return { percent, backslash, isNotebook: notebook.length > 0 };
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

const ESCAPE_WATCHES: readonly CompiledRule[] = [
  watchFor(PERCENT_CODES.map((code) => watch(`%${code}`))),
  watchFor([
    ...FIRST_DIGITS.map((digit) => watch(`\\u00${digit}`, 1)),
    ...FIRST_DIGITS.map((digit) => watch(`\\x${digit}`, 1)),
  ]),
  watchFor([watch('"nbforma')]),
];

function watchFor(prefilters: readonly Prefilter[]): CompiledRule {
  return {
    id: asRuleId("content-escape"),
    provider: 0,
    name: "Escape",
    lane: "generic",
    severity: "low",
    pattern: "(?!)",
    flags: "",
    prefilters,
    spanMax: 6,
    fixedPrefixes: [],
    entropyMin: 0,
    skipReferences: false,
    parts: [],
    notIn: [],
    testKey: false,
  };
}

function watch(literal: string, digitCount = 0): Prefilter {
  return {
    literal,
    ignoreCase: true,
    offsetMin: 0,
    offsetMax: 0,
    joinWithin: 2 * ESCAPE_REACH_BYTES,
    ...(digitCount === 0 ? {} : { run: { bytes: HEX_DIGITS, countMin: digitCount } }),
  };
}
