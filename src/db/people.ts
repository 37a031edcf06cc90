/** Who pushed or wrote, by numeric id, with the login they were last seen under. */
import type { Db, Tables } from "./schema.ts";

export type PersonRow = Tables["people"];

export async function recordPerson(db: Db, row: PersonRow): Promise<void> {
  await db
    .insertInto("people")
    .values(row)
    .onConflict((conflict) =>
      conflict.column("id").doUpdateSet({ login: row.login, is_bot: row.is_bot }),
    )
    .execute();
}

export async function findPerson(db: Db, id: number): Promise<PersonRow | undefined> {
  return await db.selectFrom("people").selectAll().where("id", "=", id).executeTakeFirst();
}
