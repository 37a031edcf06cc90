/** Gives a job the own rules that are in force for its repository, next to those of the program. */
import { listOwnRules, recordOwnRules } from "../../db/own-rules.ts";
import { findRepository } from "../../db/repositories.ts";
import type { OwnRuleSet } from "../../model/own-rule.ts";
import { readPolicies } from "../load-policy.ts";
import type { JobParts } from "../parts.ts";
import type { RepositorySubject } from "../write-check.ts";
import { joinRules } from "./join-rules.ts";
import { createOwnUse, type OwnLimits } from "./use.ts";

export interface PartsWithOwnRules extends JobParts {
  readonly own: OwnRuleSet;
}

/**
 * @param limits for all that is scanned with the parts that come back.
 * @throws GitHubError while the configuration cannot be read: nothing is called clean that was not
 *   looked at with all rules.
 */
export async function withOwnRules(
  parts: JobParts,
  subject: RepositorySubject,
  limits: OwnLimits,
): Promise<PartsWithOwnRules> {
  const { merged } = await readPolicies(parts, subject);
  const { inForce: own } = await parts.ownRules.try(merged.ownRules);
  await recordIfNew(parts, subject, own);
  return withRules(parts, own, limits);
}

/** The same with the rules that the repository was scanned with last, without asking GitHub. */
export async function withKnownOwnRules(
  parts: JobParts,
  { repository }: RepositorySubject,
  limits: OwnLimits,
): Promise<PartsWithOwnRules> {
  return withRules(parts, await listOwnRules(parts.db, repository.id), limits);
}

function withRules(parts: JobParts, own: OwnRuleSet, limits: OwnLimits): PartsWithOwnRules {
  if (own.rules.length === 0) return { ...parts, own };
  const use = createOwnUse(own, limits);
  return {
    ...parts,
    own,
    rules: joinRules(parts.rules, own),
    pool: { scan: (fragments, key) => parts.pool.scan(fragments, key, use) },
  };
}

/**
 * Has what was scanned with other rules adopted again, if there are any: while a scan ran, another
 * one may have found a newer configuration. Call it when the results of the scan are stored.
 */
export async function noticeOwnRules(
  parts: PartsWithOwnRules,
  { repository, installationId }: RepositorySubject,
): Promise<void> {
  const current = await findRepository(parts.db, repository.id);
  if (current === undefined || (current.own_rules ?? "") === parts.own.hash) return;
  const job = { installationId, repositoryId: repository.id };
  await parts.db.transaction().execute((trx) => parts.queue.enqueue(trx, "adopt-own-rules", job));
  parts.queue.wake("adopt-own-rules");
}

/** The names are stored before the first key that refers to them. */
async function recordIfNew(
  parts: JobParts,
  { repository, installationId }: RepositorySubject,
  own: OwnRuleSet,
): Promise<void> {
  if ((repository.own_rules ?? "") === own.hash) return;
  const job = { installationId, repositoryId: repository.id };
  await parts.db.transaction().execute(async (trx) => {
    await recordOwnRules(trx, repository.id, own);
    await parts.queue.enqueue(trx, "adopt-own-rules", job);
  });
  parts.queue.wake("adopt-own-rules");
}
