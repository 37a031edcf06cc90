/**
 * Branches and tags, and up to which commit each was scanned. A name may hold a key, so that refs are
 * told apart by its SHA-256.
 */
import type { Selectable } from "kysely";
import { sha256Hex } from "../lib/sha256.ts";
import type { ObjectId, RepositoryId } from "../model/ids.ts";
import type { Db, Tables } from "./schema.ts";

export type RefRow = Selectable<Tables["refs"]>;

/**
 * Makes sure that a ref has a row.
 *
 * @param name in full, such as `refs/heads/main`.
 * @returns its id, which jobs carry instead of the name.
 */
export async function recordRef(db: Db, repositoryId: RepositoryId, name: string): Promise<number> {
  const nameHash = sha256Hex(name);
  await db
    .insertInto("refs")
    .values({
      repository_id: repositoryId,
      name: nameHash,
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
    .where("name", "=", nameHash)
    .executeTakeFirstOrThrow();
  return row.id;
}

/** True when the ref of this id has this full name. @throws Error when there is no such ref. */
export async function isRefNamed(db: Db, id: number, name: string): Promise<boolean> {
  const ref = await db
    .selectFrom("refs")
    .select("name")
    .where("id", "=", id)
    .executeTakeFirstOrThrow(() => new Error(`ref ${id} is not known to this service`));
  return ref.name === sha256Hex(name);
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
    .where("name", "=", sha256Hex(name))
    .executeTakeFirst();
}
