/** Single facts about this database, such as the check value of the pepper. */
import { SettingsError } from "../config/parse-settings.ts";
import { hmacHex } from "../lib/hmac.ts";
import type { Db } from "./schema.ts";

const PEPPER_CHECK = "pepper-check";

/**
 * Refuses a pepper other than the one this database was filled with: every known key would look
 * new, and every decision about it would be lost without a word.
 *
 * @throws SettingsError when the pepper differs from the recorded one.
 */
export async function recordPepper(db: Db, pepper: string): Promise<void> {
  const value = hmacHex(new TextEncoder().encode(pepper), "rekeeper pepper check");
  await db
    .insertInto("meta")
    .values({ name: PEPPER_CHECK, value })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const kept = await db
    .selectFrom("meta")
    .select("value")
    .where("name", "=", PEPPER_CHECK)
    .executeTakeFirst();
  if (kept?.value === value) return;
  throw new SettingsError([
    "The pepper is not the one this database was made with: restore the pepper (REKEEPER_PEPPER, or the file in the data folder) from your backup.",
  ]);
}
