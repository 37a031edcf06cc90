/** Which own rules count in a repository, see migrations/0006-own-rules.sql. */
import type { OwnRule, OwnRuleSet } from "../model/own-rule.ts";
import type { Db, DbTransaction } from "./schema.ts";

/** Replaces the rules that count in a repository; the names of the others stay. */
export async function recordOwnRules(
  trx: DbTransaction,
  repositoryId: number,
  { hash, rules }: OwnRuleSet,
): Promise<void> {
  await trx
    .updateTable("repositories")
    .set({ own_rules: hash })
    .where("id", "=", repositoryId)
    .execute();
  await trx
    .updateTable("own_rules")
    .set({ content: null })
    .where("repository_id", "=", repositoryId)
    .execute();
  if (rules.length === 0) return;
  const rows = rules.map((own) => ({
    repository_id: repositoryId,
    id: own.rule.id,
    name: own.rule.name,
    content: JSON.stringify(own),
  }));
  await trx
    .insertInto("own_rules")
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(["repository_id", "id"]).doUpdateSet((update) => ({
        name: update.ref("excluded.name"),
        content: update.ref("excluded.content"),
      })),
    )
    .execute();
}

/** The rules that counted in a repository when it was scanned last. */
export async function listOwnRules(db: Db, repositoryId: number): Promise<OwnRuleSet> {
  const rows = await db
    .selectFrom("own_rules")
    .innerJoin("repositories", "repositories.id", "own_rules.repository_id")
    .select(["content", "repositories.own_rules as hash"])
    .where("repository_id", "=", repositoryId)
    .where("content", "is not", null)
    .orderBy("own_rules.id")
    .execute();
  const rules = rows.map(({ content }) => JSON.parse(content ?? "") as OwnRule);
  return { hash: rows[0]?.hash ?? "", rules };
}

export interface OwnRuleName {
  readonly repository_id: number;
  readonly id: string;
  readonly name: string;
}

/** Names of own rules by repository, also of those that count no more. */
export async function listOwnRuleNames(
  db: Db,
  repositoryIds: readonly number[],
): Promise<readonly OwnRuleName[]> {
  if (repositoryIds.length === 0) return [];
  return await db
    .selectFrom("own_rules")
    .select(["repository_id", "id", "name"])
    .where("repository_id", "in", [...repositoryIds])
    .execute();
}
