/** The last good configuration of each file, see migrations/0002-policies.sql. */
import type { RepositoryId } from "../model/ids.ts";
import type { PolicySource } from "../model/policy.ts";
import type { Db, Tables } from "./schema.ts";

export type PolicyRow = Tables["policies"];

interface PolicyFileKey {
  readonly repositoryId: RepositoryId;
  readonly source: PolicySource;
}

export async function findPolicy(db: Db, key: PolicyFileKey): Promise<PolicyRow | undefined> {
  return await db
    .selectFrom("policies")
    .selectAll()
    .where("repository_id", "=", key.repositoryId)
    .where("source", "=", key.source)
    .executeTakeFirst();
}

/**
 * An older reading never replaces a newer one, whichever job stores first.
 *
 * @returns true when what is in force has changed: false for what another job stored before.
 */
export async function recordPolicy(db: Db, row: PolicyRow): Promise<boolean> {
  const { content, blob, read_at } = row;
  const { numInsertedOrUpdatedRows = 0n } = await db
    .insertInto("policies")
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(["repository_id", "source"])
        .doUpdateSet({ content, blob, read_at })
        .where("policies.read_at", "<=", read_at)
        .where((where) =>
          where.or([where("policies.blob", "!=", blob), where("policies.content", "!=", content)]),
        ),
    )
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows > 0n;
}

/** The file is gone: what it said is no longer in force. @returns false when nothing was. */
export async function deletePolicy(db: Db, key: PolicyFileKey): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom("policies")
    .where("repository_id", "=", key.repositoryId)
    .where("source", "=", key.source)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

const POLICIES_MAX = 100_000;

export interface ListedPolicy extends PolicyRow {
  /** The account whose organisation's file it is; null for a repository's own. */
  readonly account_id: number | null;
}

/** Every file that is in force. */
export async function listPolicies(db: Db): Promise<readonly ListedPolicy[]> {
  return await db
    .selectFrom("policies")
    .leftJoin("repositories", (join) =>
      join
        .onRef("repositories.id", "=", "policies.repository_id")
        .on("policies.source", "=", "organisation"),
    )
    .selectAll("policies")
    .select("repositories.account_id")
    .limit(POLICIES_MAX)
    .execute();
}
