/** Findings in a form that tests can compare and print. */
import type { Scanner } from "../../src/detect/scan.ts";

/** For example `toy-key zed_q1w2 @ 1:5-1:12`, of a pair with `+ <companion>`. */
export function summarize(scanner: Scanner, bytes: Uint8Array): string[] {
  return scanner.scan(bytes).findings.map(({ rule, key, companion, place }) => {
    const { line, column, lineEnd, columnEnd } = place;
    const pair = companion === undefined ? "" : ` + ${companion.reveal()}`;
    return `${rule} ${key.reveal()}${pair} @ ${line}:${column}-${lineEnd}:${columnEnd}`;
  });
}
