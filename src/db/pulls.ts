/** Pull requests: which head each has, and whether a stranger proposes it. */
import type { ObjectId, RepositoryId } from "../model/ids.ts";
import type { Db, Tables } from "./schema.ts";

export type PullRow = Tables["pulls"];

export async function recordPull(db: Db, row: PullRow): Promise<void> {
  const { repository_id: _repository, number: _number, ...changes } = row;
  await db
    .insertInto("pulls")
    .values(row)
    .onConflict((conflict) => conflict.columns(["repository_id", "number"]).doUpdateSet(changes))
    .execute();
}

export async function findPull(
  db: Db,
  repositoryId: RepositoryId,
  number: number,
): Promise<PullRow | undefined> {
  return await db
    .selectFrom("pulls")
    .selectAll()
    .where("repository_id", "=", repositoryId)
    .where("number", "=", number)
    .executeTakeFirst();
}

const PULLS_PER_HEAD_MAX = 50;

/** Open pull requests with this head, oldest first, at most 50. */
export async function listOpenPulls(
  db: Db,
  repositoryId: RepositoryId,
  head: ObjectId,
): Promise<readonly PullRow[]> {
  return await db
    .selectFrom("pulls")
    .selectAll()
    .where("repository_id", "=", repositoryId)
    .where("head", "=", head)
    .where("is_open", "=", true)
    .orderBy("number")
    .limit(PULLS_PER_HEAD_MAX)
    .execute();
}
