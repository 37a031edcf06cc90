/** Repositories by their numeric id, with the names they were last seen under. */
import type { Insertable, Selectable } from "kysely";
import type { RepositoryId } from "../model/ids.ts";
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
    .onConflict((conflict) => conflict.column("id").doUpdateSet(changes))
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
