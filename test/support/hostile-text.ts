/** Fragments that make a careless regular expression slow: its literal amid much of nearly the same. */
import type { CompiledRule } from "../../src/model/rule.ts";

export interface HostileText {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Where a match of the rule would have to begin. */
  readonly start: number;
}

/** Fragments around each literal of a rule, full of what its pattern or its parts may stumble over. */
export function listHostileTexts(rule: CompiledRule): HostileText[] {
  const reach = Math.max(0, ...rule.parts.map((part) => part.withinBytes));
  return rule.prefilters.flatMap(({ literal, offsetMin, offsetMax }) =>
    [...new Set([offsetMin, offsetMax])].flatMap((offset) =>
      FILLINGS.map((filling) => {
        // The line end is a border for the match; without one it would be refused at once.
        const before = `${fill(filling, reach)}\n${fill(filling, offset)}`;
        const behind = fill(filling, rule.spanMax + reach);
        return {
          name: `${JSON.stringify(filling)} around ${literal}`,
          bytes: new TextEncoder().encode(before + literal + behind + END),
          start: reach + 1,
        };
      }),
    ),
  );
}

function fill(filling: string, length: number): string {
  return filling.repeat(Math.ceil(length / filling.length)).slice(0, length);
}

/** What a pattern has to give up at, so that it tries all of its ways. */
const END = "\x01";

const FILLINGS: readonly string[] = [
  ...["a", "A", "0", "=", " ", "-", "_", ".", "/", "\n", "\\n", '"', "'"],
  ...["a1", "a-", "a.", "a ", "a@", "a:", "Ab9_", "= ", "key=", "a=\n", ":@", "%2F"],
];
