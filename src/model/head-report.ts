/** All that is said about a head, as plain values: what check runs and comments are made of. */
import type { GapReason } from "./fragment.ts";
import type { TriageState, Verdict } from "./incident.ts";
import type { PlaceKind } from "./occurrence.ts";
import type { PolicyReport } from "./policy.ts";
import type { Lane, Severity } from "./rule.ts";

export interface RepositoryLink {
  /** Address of the repository's page, without a trailing slash. */
  readonly url: string;
}

export interface ReportedPlace {
  readonly kind: PlaceKind;
  /** Of a file or file name; of a branch or tag its full name. */
  readonly path?: string;
  /** Path within the archive that `path` names, which the lines are then of. */
  readonly inside?: string;
  /** Of everything that a commit or tag brings. */
  readonly commit?: string;
  /** Number of the issue or pull request, for what people write. */
  readonly subjectNumber?: number;
  /** GitHub's id of the comment, review or release. */
  readonly subjectId?: number;
  readonly line: number;
  readonly lineEnd: number;
  readonly authorName: string;
  readonly writtenAt: Date;
}

export interface ReportedKey {
  /** What people type to name this key: the first digits of its fingerprint. */
  readonly keyId: string;
  readonly ruleName: string;
  readonly providerName: string;
  readonly masked: string;
  readonly lane: Lane;
  readonly severity: Severity;
  readonly isIntroduced: boolean;
  readonly isInHead: boolean;
  /** False once it is triaged away or proven dead. */
  readonly isOpen: boolean;
  readonly state: TriageState;
  readonly verdict: Verdict;
  /** How the issue is referred to from the repository itself: `#7`, or `acme/leaks#7`. */
  readonly issue?: string;
  /** Oldest first; there may be more than are given here. */
  readonly places: readonly ReportedPlace[];
}

export interface ReportedGap {
  readonly kind: "failed" | "by-nature";
  readonly reason: GapReason;
  readonly objectCount: number;
}

export interface HeadReport {
  readonly repository: RepositoryLink;
  readonly head: string;
  readonly conclusion: "failure" | "action_required" | "neutral" | "success";
  readonly commitCount: number;
  readonly objectCount: number;
  /** Further file versions of the ranges, which earlier scans had read. */
  readonly knownObjectCount: number;
  readonly scannedBytes: number;
  readonly scanMs: number;
  readonly ruleCount: number;
  readonly rulesHash: string;
  /** Introduced first, then by severity. */
  readonly keys: readonly ReportedKey[];
  readonly gaps: readonly ReportedGap[];
  readonly policy: PolicyReport;
}
