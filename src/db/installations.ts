/** Installations of the App and the accounts they belong to. */
import type { Db, Tables } from "./schema.ts";

export type InstallationRow = Tables["installations"];

/** Notes what became of an installation; one that was deleted stays so, a new one has a new id. */
export async function recordInstallation(db: Db, row: InstallationRow): Promise<void> {
  await db
    .insertInto("installations")
    .values(row)
    .onConflict((conflict) =>
      conflict
        .column("id")
        .doUpdateSet({
          account_login: row.account_login,
          state: row.state,
          updated_at: row.updated_at,
        })
        .where("installations.state", "!=", "deleted"),
    )
    .execute();
}

/** Notes an installation that sent an event, without a word about its state where it is known. */
export async function seeInstallation(db: Db, row: Omit<InstallationRow, "state">): Promise<void> {
  await db
    .insertInto("installations")
    .values({ ...row, state: "active" })
    .onConflict((conflict) =>
      conflict
        .column("id")
        .doUpdateSet({ account_login: row.account_login, updated_at: row.updated_at }),
    )
    .execute();
}

export async function findInstallation(db: Db, id: number): Promise<InstallationRow | undefined> {
  return await db.selectFrom("installations").selectAll().where("id", "=", id).executeTakeFirst();
}

export async function listServedInstallations(db: Db): Promise<readonly InstallationRow[]> {
  return await db
    .selectFrom("installations")
    .selectAll()
    .where("state", "=", "active")
    .orderBy("id")
    .execute();
}
