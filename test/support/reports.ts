/** Reports with little in them, to which a test adds what it is about. */
import type { HeadReport, ReportedKey, ReportedPlace } from "../../src/model/head-report.ts";

export const REPOSITORY = { url: "https://github.com/acme/shop" };
export const COMMIT: string = "c".repeat(40);

export function reportedPlace(changes: Partial<ReportedPlace> = {}): ReportedPlace {
  return {
    kind: "file",
    path: "src/config.ts",
    commit: COMMIT,
    line: 3,
    lineEnd: 3,
    authorName: "Ada",
    writtenAt: new Date("2026-11-23T10:00:00Z"),
    ...changes,
  };
}

export function reportedKey(changes: Partial<ReportedKey> = {}): ReportedKey {
  return {
    keyId: "0123456789",
    ruleName: "Toy token",
    providerName: "Toy",
    masked: "toy_…x7Qa",
    lane: "provider",
    severity: "high",
    isIntroduced: true,
    isInHead: true,
    isOpen: true,
    state: "open",
    verdict: "unknown",
    places: [reportedPlace()],
    ...changes,
  };
}

export function headReport(changes: Partial<HeadReport> = {}): HeadReport {
  return {
    repository: REPOSITORY,
    head: "a".repeat(40),
    conclusion: "success",
    commitCount: 2,
    objectCount: 1_234,
    knownObjectCount: 0,
    policy: {
      origins: [],
      warnings: [],
      allowed: [],
      refused: [],
      excludedCount: 0,
      expired: [],
      isPrivate: true,
    },
    scannedBytes: 5_600_000,
    scanMs: 1_250,
    ruleCount: 163,
    rulesHash: "f".repeat(64),
    keys: [],
    gaps: [],
    ...changes,
  };
}
