/** Scans a text that arrived in a webhook, in a thread that no push keeps busy. */
import { listOwnRules } from "../db/own-rules.ts";
import type { Finding } from "../model/finding.ts";
import { type AccountId, NO_OBJECT, type RepositoryId } from "../model/ids.ts";
import type { Lane, Severity } from "../model/rule.ts";
import { joinRules } from "./own/join-rules.ts";
import { createOwnUse, TEXT_OWN_LIMITS } from "./own/use.ts";
import type { JobParts } from "./parts.ts";
import { ruleFactsOf } from "./rule-facts.ts";
import type { ScanPool } from "./scan-pool.ts";

export interface ScannedText {
  readonly finding: Finding;
  readonly lane: Lane;
  readonly severity: Severity;
}

/** Where a text was written. */
export interface TextHome {
  readonly accountId: AccountId;
  readonly repositoryId: RepositoryId;
}

type TextScan = (home: TextHome, text: string) => Promise<readonly ScannedText[]>;

/**
 * Looks with the own rules that the repository was scanned with last: the door asks GitHub nothing.
 *
 * @param pool a pool of its own: the door has to answer while pushes are being scanned.
 */
export function createTextScan(
  parts: Pick<JobParts, "db" | "rules" | "fingerprintKey">,
  pool: Pick<ScanPool, "scan">,
): TextScan {
  const builtIn = ruleFactsOf(parts.rules);
  return async ({ accountId, repositoryId }, text) => {
    const own = await listOwnRules(parts.db, repositoryId);
    const hasOwn = own.rules.length > 0;
    const rules = hasOwn ? ruleFactsOf(joinRules(parts.rules, own)) : builtIn;
    const use = hasOwn ? createOwnUse(own, TEXT_OWN_LIMITS) : undefined;
    const fragment = { blob: NO_OBJECT, bytes: new TextEncoder().encode(text) };
    const results = await pool.scan([fragment], parts.fingerprintKey(accountId), use);
    return results.flatMap(({ findings }) =>
      findings.flatMap((finding) => {
        const facts = rules.get(finding.rule);
        return facts === undefined ? [] : [{ finding, lane: facts.lane, severity: facts.severity }];
      }),
    );
  };
}
