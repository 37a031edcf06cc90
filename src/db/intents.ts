/**
 * What is about to be created on GitHub, written down first.
 *
 * A row without a remote id says that a creation was begun and its answer never arrived: whoever
 * finds one asks GitHub for the thing before creating it again.
 */
import { type Selectable, sql, type Updateable } from "kysely";
import type { RepositoryId } from "../model/ids.ts";
import { OPEN_STATES } from "../model/incident.ts";
import type { Db, IntentKind, Tables } from "./schema.ts";

export type IntentRow = Selectable<Tables["intents"]>;

interface IntentKey {
  readonly kind: IntentKind;
  readonly repositoryId: RepositoryId;
  /** What it is about: a head sha, or an incident's id. */
  readonly target: string;
}

/** @returns the row, and whether it was there before: only then may something exist on GitHub. */
export async function recordIntent(
  db: Db,
  key: IntentKey,
  now: Date,
): Promise<{ readonly row: IntentRow; readonly wasThere: boolean }> {
  const inserted = await db
    .insertInto("intents")
    .values({
      kind: key.kind,
      repository_id: key.repositoryId,
      target: key.target,
      remote_id: null,
      place_id: null,
      content_hash: null,
      created_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  if (inserted !== undefined) return { row: inserted, wasThere: false };
  const row = await findIntent(db, key);
  if (row === undefined) throw new Error("an intent vanished while it was read");
  return { row, wasThere: true };
}

export async function findIntent(db: Db, key: IntentKey): Promise<IntentRow | undefined> {
  return await db
    .selectFrom("intents")
    .selectAll()
    .where("kind", "=", key.kind)
    .where("repository_id", "=", key.repositoryId)
    .where("target", "=", key.target)
    .executeTakeFirst();
}

/** Notes what GitHub now shows: the id it gave, and a hash of what was sent last. */
export async function recordIntentDone(
  db: Db,
  key: IntentKey,
  done: { readonly remoteId: number; readonly placeId: number; readonly contentHash: string },
): Promise<void> {
  await updateIntent(db, key, {
    remote_id: done.remoteId,
    place_id: done.placeId,
    content_hash: done.contentHash,
  });
}

/** Forgets what was sent last, so that the next write goes out even if it says the same. */
export async function forgetContent(db: Db, key: IntentKey): Promise<void> {
  await updateIntent(db, key, { content_hash: null });
}

/** Notes where an issue was before another place was chosen for it. */
export async function recordFormerPlace(db: Db, key: IntentKey, placeId: number): Promise<void> {
  await updateIntent(db, key, { former_place_id: placeId });
}

/** Notes that what was said can be read by anyone from now on, whatever is done about it. */
export async function recordPublished(db: Db, key: IntentKey): Promise<void> {
  await updateIntent(db, key, { was_published: true });
}

async function updateIntent(
  db: Db,
  key: IntentKey,
  changes: Updateable<Tables["intents"]>,
): Promise<void> {
  await db
    .updateTable("intents")
    .set(changes)
    .where("kind", "=", key.kind)
    .where("repository_id", "=", key.repositoryId)
    .where("target", "=", key.target)
    .execute();
}

/** Issues that were opened in a repository and whose keys are not settled. */
export async function countOpenIssues(db: Db, repositoryId: RepositoryId): Promise<number> {
  const { open } = await db
    .selectFrom("intents")
    .innerJoin("incidents", (join) =>
      join
        .onRef("incidents.repository_id", "=", "intents.repository_id")
        .on((on) => on(sql`incidents.id::text`, "=", on.ref("intents.target"))),
    )
    .select((select) => select.fn.countAll<number>().as("open"))
    .where("intents.kind", "=", "issue")
    .where("intents.repository_id", "=", repositoryId)
    .where("intents.remote_id", "is not", null)
    .where("incidents.state", "in", OPEN_STATES)
    .executeTakeFirstOrThrow();
  return open;
}

const COMMENTS_MAX = 1_000;

/** Numbers of the issues and pull requests that have a comment of ours, newest first. */
export async function listCommentTargets(
  db: Db,
  repositoryId: RepositoryId,
): Promise<readonly number[]> {
  const rows = await db
    .selectFrom("intents")
    .select("target")
    .where("kind", "=", "comment")
    .where("repository_id", "=", repositoryId)
    .where("remote_id", "is not", null)
    .orderBy("created_at", "desc")
    .limit(COMMENTS_MAX)
    .execute();
  return rows.map((row) => Number(row.target));
}
