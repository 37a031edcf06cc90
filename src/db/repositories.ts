/** Repositories by their numeric id, with the names they were last seen under. */
import { type Insertable, type Selectable, sql } from "kysely";
import type { InstallationId, RepositoryId } from "../model/ids.ts";
import type { Db, Tables } from "./schema.ts";

export type RepositoryRow = Selectable<Tables["repositories"]>;
export type RepositoryState = RepositoryRow["state"];

export async function recordRepository(
  db: Db,
  row: Insertable<Tables["repositories"]>,
): Promise<void> {
  const { id: _id, ...changes } = row;
  await db
    .insertInto("repositories")
    .values(row)
    .onConflict((conflict) =>
      conflict.column("id").doUpdateSet({
        ...changes,
        // Some payloads do not tell the branch; what is known of it then stays.
        default_branch: sql<string>`coalesce(nullif(excluded.default_branch, ''), repositories.default_branch)`,
      }),
    )
    .execute();
}

export async function recordRepositoryState(
  db: Db,
  id: RepositoryId,
  state: RepositoryState,
): Promise<void> {
  await db.updateTable("repositories").set({ state }).where("id", "=", id).execute();
}

/** @throws Error when the repository was never seen. */
export async function getRepository(db: Db, id: number): Promise<RepositoryRow> {
  return await db
    .selectFrom("repositories")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirstOrThrow(() => new Error(`repository ${id} is not known to this service`));
}

/** The repository that an account has under this name; GitHub takes names in any case. */
export async function findRepositoryByName(
  db: Db,
  accountId: number,
  name: string,
): Promise<RepositoryRow | undefined> {
  return await db
    .selectFrom("repositories")
    .selectAll()
    .where("account_id", "=", accountId)
    .where((where) => where(where.fn<string>("lower", ["name"]), "=", name.toLowerCase()))
    .where("state", "!=", "deleted")
    .orderBy("updated_at", "desc")
    .limit(1)
    .executeTakeFirst();
}

export async function findRepository(db: Db, id: number): Promise<RepositoryRow | undefined> {
  return await db.selectFrom("repositories").selectAll().where("id", "=", id).executeTakeFirst();
}

const PUBLIC_MAX = 10_000;

/** Repositories that anyone can read, by owner and name, at most 10,000. */
export async function listPublicRepositories(db: Db): Promise<readonly RepositoryRow[]> {
  return await db
    .selectFrom("repositories")
    .selectAll()
    .where("is_private", "=", false)
    .where("state", "=", "active")
    .orderBy("owner")
    .orderBy("name")
    .limit(PUBLIC_MAX)
    .execute();
}

const REPOSITORIES_WITH_LEAKS_MAX = 10_000;

/** Repositories of an installation that have an incident, at most 10,000. */
export async function listRepositoriesWithLeaks(
  db: Db,
  installationId: InstallationId,
): Promise<readonly number[]> {
  const rows = await db
    .selectFrom("repositories")
    .select("id")
    .where("installation_id", "=", installationId)
    .where("state", "=", "active")
    .where((where) =>
      where.exists(
        where
          .selectFrom("incidents")
          .select("incidents.id")
          .whereRef("incidents.repository_id", "=", "repositories.id"),
      ),
    )
    .limit(REPOSITORIES_WITH_LEAKS_MAX)
    .execute();
  return rows.map((row) => row.id);
}

/** Those of an installation that are scanned. */
export async function listServedRepositories(
  db: Db,
  installationId: InstallationId,
): Promise<readonly RepositoryRow[]> {
  return await db
    .selectFrom("repositories")
    .selectAll()
    .where("installation_id", "=", installationId)
    .where("state", "=", "active")
    .orderBy("id")
    .execute();
}

/** Notes since when refs and pull requests agree with GitHub's. */
export async function recordReconciled(db: Db, id: RepositoryId, at: Date): Promise<void> {
  await db.updateTable("repositories").set({ reconciled_at: at }).where("id", "=", id).execute();
}

/** Notes that the whole history was read with these rules. */
export async function recordHistoryRead(
  db: Db,
  id: RepositoryId,
  rulesHash: string,
): Promise<void> {
  await db
    .updateTable("repositories")
    .set({ history_rules: rulesHash })
    .where("id", "=", id)
    .execute();
}
