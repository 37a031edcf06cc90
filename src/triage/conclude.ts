/** Decides what a head's check run concludes, from all that is known of its ranges. */
import type { TriageState, Verdict } from "../model/incident.ts";
import type { Lane } from "../model/rule.ts";

export type Conclusion = "failure" | "action_required" | "neutral" | "success";

export interface HeadFacts {
  readonly findings: readonly {
    readonly lane: Lane;
    readonly isIntroduced: boolean;
    readonly state: TriageState;
    readonly verdict: Verdict;
  }[];
  readonly gaps: readonly { readonly kind: "failed" | "by-nature" }[];
}

/**
 * The worst over everything known of a head: an introduced key of a known provider fails it; what
 * was not scanned is never green; an unknown key in an assignment is a notice.
 */
export function conclude(head: HeadFacts): Conclusion {
  const introduced = head.findings.filter((finding) => finding.isIntroduced && isOpen(finding));
  if (introduced.some((finding) => finding.lane === "provider")) return "failure";
  if (head.gaps.some((gap) => gap.kind === "failed")) return "action_required";
  if (introduced.length > 0 || head.gaps.length > 0) return "neutral";
  return "success";
}

const SETTLED: ReadonlySet<TriageState> = new Set([
  "revoked",
  "false-positive",
  "accepted",
  "test-key",
]);

/** False once a person triaged the key away, or its provider says that it is dead. */
export function isOpen(finding: {
  readonly state: TriageState;
  readonly verdict: Verdict;
}): boolean {
  return !SETTLED.has(finding.state) && finding.verdict !== "inactive";
}
