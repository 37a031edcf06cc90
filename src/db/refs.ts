/** Branches and tags, and up to which commit each was scanned. */

import type { Selectable } from "kysely";
import type { ObjectId, RepositoryId } from "../model/ids.ts";
import type { Db, Tables } from "./schema.ts";

export type RefRow = Selectable<Tables["refs"]>;

/** Makes sure that a ref has a row. @returns its id, which jobs carry instead of the name. */
export async function recordRef(db: Db, repositoryId: RepositoryId, name: string): Promise<number> {
  await db
    .insertInto("refs")
    .values({
      repository_id: repositoryId,
      name,
      scanned_tip: null,
      scanned_rules: null,
      scanned_at: null,
    })
    .onConflict((conflict) => conflict.columns(["repository_id", "name"]).doNothing())
    .execute();
  const row = await db
    .selectFrom("refs")
    .select("id")
    .where("repository_id", "=", repositoryId)
    .where("name", "=", name)
    .executeTakeFirstOrThrow();
  return row.id;
}

/** @throws Error when there is no such ref. */
export async function getRef(db: Db, id: number): Promise<RefRow> {
  return await db
    .selectFrom("refs")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirstOrThrow(() => new Error(`ref ${id} is not known to this service`));
}

/** Advances a ref; call it only after the results of its scan are stored. */
export async function recordScannedTip(
  db: Db,
  refId: number,
  scan: { readonly tip: ObjectId | null; readonly rulesHash: string; readonly at: Date },
): Promise<void> {
  await db
    .updateTable("refs")
    .set({ scanned_tip: scan.tip, scanned_rules: scan.rulesHash, scanned_at: scan.at })
    .where("id", "=", refId)
    .execute();
}

const TIPS_MAX = 1_000;

/** Tips of a repository that were scanned, newest first, at most 1,000. */
export async function listScannedTips(
  db: Db,
  repositoryId: RepositoryId,
): Promise<readonly { refId: number; tip: ObjectId; rulesHash: string }[]> {
  const rows = await db
    .selectFrom("refs")
    .select(["id", "scanned_tip", "scanned_rules"])
    .where("repository_id", "=", repositoryId)
    .where("scanned_tip", "is not", null)
    .orderBy("scanned_at", "desc")
    .limit(TIPS_MAX)
    .execute();
  return rows.map((row) => ({
    refId: row.id,
    tip: row.scanned_tip as ObjectId,
    rulesHash: row.scanned_rules ?? "",
  }));
}

export async function findRef(
  db: Db,
  repositoryId: RepositoryId,
  name: string,
): Promise<RefRow | undefined> {
  return await db
    .selectFrom("refs")
    .selectAll()
    .where("repository_id", "=", repositoryId)
    .where("name", "=", name)
    .executeTakeFirst();
}
