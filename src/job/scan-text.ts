/** Scans a text that arrived in a webhook, in a thread that no push keeps busy. */
import type { Finding } from "../model/finding.ts";
import { type AccountId, NO_OBJECT } from "../model/ids.ts";
import type { Lane, Severity } from "../model/rule.ts";
import type { JobParts } from "./parts.ts";
import { ruleFactsOf } from "./rule-facts.ts";
import type { ScanPool } from "./scan-pool.ts";

export interface ScannedText {
  readonly finding: Finding;
  readonly lane: Lane;
  readonly severity: Severity;
}

/** @param pool a pool of its own: the door has to answer while pushes are being scanned. */
export function createTextScan(
  parts: Pick<JobParts, "rules" | "fingerprintKey">,
  pool: ScanPool,
): (accountId: AccountId, text: string) => Promise<readonly ScannedText[]> {
  const rules = ruleFactsOf(parts.rules);
  return async (accountId, text) => {
    const fragment = { blob: NO_OBJECT, bytes: new TextEncoder().encode(text) };
    const results = await pool.scan([fragment], parts.fingerprintKey(accountId));
    return results.flatMap(({ findings }) =>
      findings.flatMap((finding) => {
        const facts = rules.get(finding.rule);
        return facts === undefined ? [] : [{ finding, lane: facts.lane, severity: facts.severity }];
      }),
    );
  };
}
