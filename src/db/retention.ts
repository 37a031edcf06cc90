/** Deletes what is kept no longer, in portions that no other statement has to wait for. */
import { sql } from "kysely";
import type { InstallationId, RepositoryId } from "../model/ids.ts";
import type { Db } from "./schema.ts";

const ROWS_PER_STATEMENT_MAX = 5_000;
/** What is left then is deleted the next time. */
const STATEMENTS_MAX = 200;
const REPOSITORIES_MAX = 1_000;

/** @returns how many were deleted, as all of these do. */
export async function deleteDeliveries(db: Db, receivedBefore: Date): Promise<number> {
  return await inPortions(async () => {
    const { numAffectedRows } = await sql`
      delete from deliveries where id in (
        select id from deliveries where received_at < ${receivedBefore}
        limit ${ROWS_PER_STATEMENT_MAX}
      )
    `.execute(db);
    return numAffectedRows;
  });
}

/** A range stays as long as one of its keys is not settled: its issue and check refer to it. */
export async function deleteSettledRanges(db: Db, updatedBefore: Date): Promise<number> {
  return await inPortions(async () => {
    const { numAffectedRows } = await sql`
      delete from ranges where id in (
        select id from ranges
        where updated_at < ${updatedBefore} and state <> 'waiting' and not exists (
          select 1 from range_findings join incidents on incidents.id = incident_id
          where range_id = ranges.id and verdict <> 'inactive'
            and incidents.state not in ('revoked', 'false-positive', 'test-key')
        )
        limit ${ROWS_PER_STATEMENT_MAX}
      )
    `.execute(db);
    return numAffectedRows;
  });
}

/** Installations that use the service no more, for now or for good. */
export async function listDepartedInstallations(db: Db): Promise<readonly InstallationId[]> {
  const rows = await db
    .selectFrom("installations")
    .select("id")
    .where("state", "!=", "active")
    .execute();
  return rows.map(({ id }) => id as InstallationId);
}

/**
 * What other rules found in blobs, of repositories whose whole history was read with these: it is
 * found again, or it is no key any more.
 *
 * @param rulesHashOf the hash of the rules in force, joined with the own ones of a repository.
 */
export async function deleteOldBlobHits(
  db: Db,
  rulesHashOf: (ownRules: string | null) => string,
): Promise<number> {
  const sets = await db.selectFrom("repositories").select("own_rules").distinct().execute();
  let count = 0;
  for (const { own_rules } of sets) {
    count += await deleteHitsOfOthers(db, own_rules, rulesHashOf(own_rules));
  }
  return count;
}

async function deleteHitsOfOthers(
  db: Db,
  ownRules: string | null,
  rulesHash: string,
): Promise<number> {
  return await inPortions(async () => {
    const { numAffectedRows } = await sql`
      delete from blob_hits where ctid in (
        select blob_hits.ctid from blob_hits
        join repositories on repositories.id = blob_hits.repository_id
        where blob_hits.rules_hash <> ${rulesHash} and history_rules = ${rulesHash}
          and own_rules is not distinct from ${ownRules}
        limit ${ROWS_PER_STATEMENT_MAX}
      )
    `.execute(db);
    return numAffectedRows;
  });
}

/** Repositories of installations that were left in this way before a moment, at most 1,000. */
export async function listAbandonedRepositories(
  db: Db,
  state: "deleted" | "suspended",
  leftBefore: Date,
): Promise<readonly RepositoryId[]> {
  const rows = await db
    .selectFrom("repositories")
    .innerJoin("installations", "installations.id", "repositories.installation_id")
    .select("repositories.id")
    .where("installations.state", "=", state)
    .where("installations.updated_at", "<", leftBefore)
    .limit(REPOSITORIES_MAX)
    .execute();
  return rows.map(({ id }) => id as RepositoryId);
}

/** Deletes a repository with everything that is known of it, in one transaction. */
export async function deleteRepository(db: Db, id: RepositoryId): Promise<void> {
  const tables = [
    "intents",
    "policies",
    "own_rules",
    "pulls",
    "refs",
    "blob_hits",
    "ranges",
    "incidents",
  ] as const;
  await db.transaction().execute(async (trx) => {
    for (const table of tables) {
      await trx.deleteFrom(table).where("repository_id", "=", id).execute();
    }
    await trx.deleteFrom("repositories").where("id", "=", id).execute();
  });
}

/** Those of which no repository is left. */
export async function deleteAbandonedInstallations(db: Db, deletedBefore: Date): Promise<number> {
  const { numAffectedRows } = await sql`
    with gone as (
      delete from installations
      where state = 'deleted' and updated_at < ${deletedBefore} and not exists (
        select 1 from repositories where installation_id = installations.id
      )
      returning id
    )
    delete from spending where installation_id in (select id from gone)
      or installation_id not in (select id from installations)
  `.execute(db);
  return Number(numAffectedRows ?? 0n);
}

/** People whom nothing mentions any more. */
export async function deleteUnmentionedPeople(db: Db): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from people where
      not exists (select 1 from occurrences where person_id = people.id)
      and not exists (select 1 from ranges where pusher_id = people.id)
      and not exists (select 1 from pulls where author_id = people.id)
  `.execute(db);
  return Number(numAffectedRows ?? 0n);
}

async function inPortions(deletePortion: () => Promise<bigint | undefined>): Promise<number> {
  let total = 0;
  for (let count = 0; count < STATEMENTS_MAX; count += 1) {
    const deleted = Number((await deletePortion()) ?? 0n);
    total += deleted;
    if (deleted < ROWS_PER_STATEMENT_MAX) break;
  }
  return total;
}
