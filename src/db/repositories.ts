/** Repositories by their numeric id, with the names they were last seen under. */
import type { Insertable } from "kysely";
import type { Db, Tables } from "./schema.ts";

export type RepositoryRow = Tables["repositories"];

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

/** @throws Error when the repository was never seen. */
export async function getRepository(db: Db, id: number): Promise<RepositoryRow> {
  return await db
    .selectFrom("repositories")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirstOrThrow(() => new Error(`repository ${id} is not known to this service`));
}
