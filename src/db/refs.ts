/**
 * Branches and tags, and up to which commit each was scanned. A name may hold a key, so that refs are
 * told apart by its SHA-256.
 */
import { inChunks } from "../lib/chunks.ts";
import { sha256Hex } from "../lib/sha256.ts";
import type { ObjectId, RepositoryId } from "../model/ids.ts";
import type { Db } from "./schema.ts";

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

export interface ScannedRange {
  readonly repositoryId: RepositoryId;
  readonly refId: number;
  readonly base: string | null;
  readonly head: ObjectId;
  /** Whether everything was scanned that the range is compared with. */
  readonly basesAreScanned: boolean;
  readonly rulesHash: string;
  readonly at: Date;
}

/** A branch that goes back and forth leads in circles. */
const FOLLOWED_MAX = 1_000;

/**
 * Lets a ref's tip be the head of a range, and of those after it that were scanned before, unless
 * some of what the head leads to was not: pushes are heard of and scanned in any order, and what
 * a tip leads to is not read again. Call it after the results of the scan are stored.
 */
export async function advanceScannedTip(db: Db, range: ScannedRange): Promise<void> {
  const { refId, base, head, basesAreScanned, rulesHash, at } = range;
  // Another instance may be storing the range before this one at the same moment.
  const ref = await db
    .selectFrom("refs")
    .select(["scanned_tip", "scanned_rules"])
    .where("id", "=", refId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const isNext = ref.scanned_tip === base && ref.scanned_rules === rulesHash;
  if (!basesAreScanned && !isNext) return;
  const followed = new Set<string>();
  let tip: string | undefined = head;
  while (tip !== undefined && !followed.has(tip) && followed.size < FOLLOWED_MAX) {
    followed.add(tip);
    tip = await findNextHead(db, range, tip);
  }
  const last = [...followed].at(-1) ?? head;
  await recordScannedTip(db, refId, { tip: last as ObjectId, rulesHash, at });
}

/** The head of a push to a ref that was compared with this base, and scanned without a failure. */
async function findNextHead(
  db: Db,
  { repositoryId, refId, rulesHash }: ScannedRange,
  base: string,
): Promise<string | undefined> {
  const row = await db
    .selectFrom("ranges")
    .select("head")
    .where("repository_id", "=", repositoryId)
    .where("source", "=", "push")
    .where("source_id", "=", refId)
    .where("base", "=", base)
    .where("state", "=", "scanned")
    .where("failure_count", "=", 0)
    .where("rules_hash", "=", rulesHash)
    .orderBy("id", "desc")
    .executeTakeFirst();
  return row?.head;
}

/** Sets a ref's tip; null where the ref is gone. */
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

export interface KnownRef {
  readonly id: number;
  readonly scannedTip: string | null;
}

const ROWS_PER_STATEMENT_MAX = 5_000;

/** The refs among these, full names, that have a row. */
export async function listKnownRefs(
  db: Db,
  repositoryId: RepositoryId,
  names: readonly string[],
): Promise<ReadonlyMap<string, KnownRef>> {
  const known = new Map<string, KnownRef>();
  for (const chunk of inChunks(names, ROWS_PER_STATEMENT_MAX)) {
    const byHash = new Map(chunk.map((name) => [sha256Hex(name), name]));
    const rows = await db
      .selectFrom("refs")
      .select(["id", "name", "scanned_tip"])
      .where("repository_id", "=", repositoryId)
      .where("name", "in", [...byHash.keys()])
      .execute();
    for (const row of rows) {
      known.set(byHash.get(row.name) ?? "", { id: row.id, scannedTip: row.scanned_tip });
    }
  }
  return known;
}

/** Those of the commits up to which some ref was scanned, with the hash of the rules it was. */
export async function listRulesOfTips(
  db: Db,
  repositoryId: RepositoryId,
  commits: readonly ObjectId[],
): Promise<ReadonlyMap<ObjectId, string>> {
  const scanned = new Map<ObjectId, string>();
  for (const chunk of inChunks(commits, ROWS_PER_STATEMENT_MAX)) {
    const rows = await db
      .selectFrom("refs")
      .select(["scanned_tip", "scanned_rules"])
      .distinct()
      .where("repository_id", "=", repositoryId)
      .where("scanned_tip", "in", chunk)
      .execute();
    for (const { scanned_tip, scanned_rules } of rows) {
      scanned.set(scanned_tip as ObjectId, scanned_rules ?? "");
    }
  }
  return scanned;
}

/** Notes new names of commits that were scanned by another name. */
export async function recordRefsScanned(
  db: Db,
  repositoryId: RepositoryId,
  refs: readonly { readonly name: string; readonly tip: ObjectId; readonly rulesHash: string }[],
  at: Date,
): Promise<void> {
  for (const chunk of inChunks(refs, ROWS_PER_STATEMENT_MAX)) {
    await db
      .insertInto("refs")
      .values(
        chunk.map(({ name, tip, rulesHash }) => ({
          repository_id: repositoryId,
          name: sha256Hex(name),
          scanned_tip: tip,
          scanned_rules: rulesHash,
          scanned_at: at,
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}
