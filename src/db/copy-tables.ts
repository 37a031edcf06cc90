/** Copies rows from one database to another whose tables have the same columns. */
import { sql } from "kysely";
import type { Db, DbTransaction } from "./schema.ts";

export interface TableCopy {
  /** With its schema, such as `public.refs`. */
  readonly table: string;
  /** Of which rows; all where it is absent. */
  readonly names?: readonly string[];
}

const ROWS_PER_BATCH_MAX = 1_000;

/**
 * Copies one table and compares the counts. Rows travel as JSON text that neither side's client
 * reads, so that no number is rounded and no time loses its microseconds.
 *
 * @returns how many rows there are now.
 * @throws Error when the other side holds another number of them than this one.
 */
export async function copyTable(from: Db, to: DbTransaction, copy: TableCopy): Promise<number> {
  await from.transaction().execute(async (source) => {
    await sql`declare rows_to_copy no scroll cursor for
      select row_to_json(one)::text as line from ${sql.table(copy.table)} as one where ${filterOf(copy)}
    `.execute(source);
    for (;;) {
      const { rows } = await sql<{ line: string }>`
        fetch ${sql.lit(ROWS_PER_BATCH_MAX)} from rows_to_copy
      `.execute(source);
      if (rows.length === 0) return;
      await insertLines(
        to,
        copy.table,
        rows.map(({ line }) => line),
      );
    }
  });
  const [wanted, copied] = [await countRows(from, copy), await countRows(to, copy)];
  if (wanted !== copied) {
    throw new Error(`${copy.table}: ${copied} of ${wanted} rows arrived; nothing was moved`);
  }
  await advanceIdentity(to, copy.table);
  return copied;
}

export async function countRows(db: Db, copy: TableCopy): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from ${sql.table(copy.table)} as one where ${filterOf(copy)}
  `.execute(db);
  return rows[0]?.count ?? 0;
}

function filterOf({ names }: TableCopy) {
  return names === undefined
    ? sql`true`
    : sql`one.name in (${sql.join(names.map((name) => sql.lit(name)))})`;
}

async function insertLines(
  to: DbTransaction,
  table: string,
  lines: readonly string[],
): Promise<void> {
  await sql`
    insert into ${sql.table(table)} overriding system value
    select * from json_populate_recordset(null::${sql.table(table)}, ${`[${lines.join(",")}]`}::json)
  `.execute(to);
}

/** Ids that the database gives from now on have to be new. */
async function advanceIdentity(to: DbTransaction, table: string): Promise<void> {
  const { rows } = await sql<{ column: string; sequence: string }>`
    select attname as column, pg_get_serial_sequence(${table}, attname) as sequence
    from pg_attribute
    where attrelid = ${table}::regclass and attidentity <> ''
  `.execute(to);
  for (const { column, sequence } of rows) {
    await sql`
      select setval(${sequence}::regclass, max(${sql.ref(column)}))
      from ${sql.table(table)} having count(*) > 0
    `.execute(to);
  }
}
