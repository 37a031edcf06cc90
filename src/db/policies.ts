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

/** An older reading never replaces a newer one, whichever job stores first. */
export async function recordPolicy(db: Db, row: PolicyRow): Promise<void> {
  const { content, blob, read_at } = row;
  await db
    .insertInto("policies")
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(["repository_id", "source"])
        .doUpdateSet({ content, blob, read_at })
        .where("policies.read_at", "<=", read_at),
    )
    .execute();
}

/** The file is gone: what it said is no longer in force. */
export async function deletePolicy(db: Db, key: PolicyFileKey): Promise<void> {
  await db
    .deleteFrom("policies")
    .where("repository_id", "=", key.repositoryId)
    .where("source", "=", key.source)
    .execute();
}
