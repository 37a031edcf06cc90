/** A leak as the list shows it, of which a test says only what matters to it. */
import type { Leak } from "../../src/command/list-leaks.ts";

export function leak(facts: Partial<Leak> = {}): Leak {
  return {
    keyId: "0123456789",
    masked: "toy_…wxyz",
    rule: "toy-key",
    severity: "high",
    lane: "provider",
    repository: "acme/shop",
    place: filePlace("config/app.ini", 3),
    firstSeenAt: "2026-11-01T00:00:00.000Z",
    ageDays: 25,
    state: "open",
    verdict: "unknown",
    issueUrl: "https://github.com/acme/shop/issues/7",
    noIssueReason: null,
    ...facts,
  };
}

export function filePlace(path: string, line: number): NonNullable<Leak["place"]> {
  const commit = "c".repeat(40);
  const url = `https://github.com/acme/shop/blob/${commit}/${path}?plain=1#L${line}`;
  return { kind: "file", label: `${path}:${line}`, url, path, inside: null, line, commit };
}
