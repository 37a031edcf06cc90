/** Names the public repositories whose leaks have no private place to be told of. */
import { restorePolicy } from "../config/policy/parse.ts";
import { listPolicies } from "../db/policies.ts";
import { listPublicRepositories } from "../db/repositories.ts";
import type { JobParts } from "./parts.ts";

const NAMES_MAX = 20;

/** Judged by the configuration that was read last: at a start nothing is asked of GitHub for it. */
export async function warnOfPublicRepositories({
  db,
  log,
}: Pick<JobParts, "db" | "log">): Promise<void> {
  const placed = (await listPolicies(db)).filter(
    ({ content, source }) => restorePolicy(content, source)?.issues.repository !== undefined,
  );
  const holders = new Set(placed.map((row) => row.repository_id));
  const accounts = new Set(placed.map((row) => row.account_id));
  const without = (await listPublicRepositories(db)).filter(
    (repository) => !(holders.has(repository.id) || accounts.has(repository.account_id)),
  );
  if (without.length === 0) return;
  log.warn(
    {
      repositories: without.slice(0, NAMES_MAX).map(({ owner, name }) => `${owner}/${name}`),
      count: without.length,
    },
    "public repositories without a private place: their leaks wait for `rekeeper leaks`; name one as issues.repository in rekeeper.yml of the organisation's .github repository",
  );
}
