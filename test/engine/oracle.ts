/**
 * The plainest engine there is: each rule's regular expression over the whole text. It shares what
 * happens to a match with the real engines, so a difference is in what they propose.
 */
import { byteText } from "../../src/detect/byte-text.ts";
import { type Candidate, keyOf } from "../../src/detect/candidate.ts";
import { createPairer } from "../../src/detect/companion.ts";
import { decodeToUtf8 } from "../../src/detect/decode.ts";
import { isGenuine } from "../../src/detect/genuine.ts";
import { type Scanner, toResult } from "../../src/detect/scan.ts";
import type { CompiledRule, CompiledRules } from "../../src/model/rule.ts";

export function createOracle(rules: CompiledRules): Scanner {
  return {
    scan(bytes) {
      const text = decodeToUtf8(bytes);
      const whole = byteText(text, 0, text.length);
      const candidates = rules.rules.flatMap((rule) =>
        createPairer(rule)(text, listMatches(rule, whole)),
      );
      return toResult(text, candidates, new Set());
    },
  };
}

function listMatches(rule: CompiledRule, text: string): Candidate[] {
  const expression = new RegExp(rule.pattern, `${rule.flags}dg`);
  const candidates: Candidate[] = [];
  for (let match = expression.exec(text); match !== null; match = expression.exec(text)) {
    const range = { start: match.index, end: match.index + match[0].length };
    const key = keyOf(match, 0);
    const isAccepted = isGenuine(rule, key.text);
    if (isAccepted) candidates.push({ rule, match: range, key });
    expression.lastIndex = isAccepted ? Math.max(range.end, range.start + 1) : range.start + 1;
  }
  return candidates;
}
