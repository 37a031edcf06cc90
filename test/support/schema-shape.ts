/** The tables of a database as a program that writes to them sees them. */
import { sql } from "kysely";
import type { Db } from "../../src/db/schema.ts";

export interface SchemaShape {
  /** Type by `table.column`. */
  readonly columns: ReadonlyMap<string, string>;
  /** Columns that every insert has to name. */
  readonly required: ReadonlySet<string>;
  /** What refuses rows: checks, unique and foreign keys, each with its table. */
  readonly constraints: ReadonlySet<string>;
}

export async function readSchemaShape(db: Db): Promise<SchemaShape> {
  const { rows: columns } = await sql<{ name: string; type: string; required: boolean }>`
    select table_name || '.' || column_name as name, data_type as type,
      is_nullable = 'NO' and column_default is null and is_identity = 'NO' as required
    from information_schema.columns
    where table_schema = 'public' and table_name not like 'kysely%'
  `.execute(db);
  const { rows: constraints } = await sql<{ name: string }>`
    select relname || ': ' || pg_get_constraintdef(pg_constraint.oid) as name
    from pg_constraint join pg_class on pg_class.oid = conrelid
    where connamespace = 'public'::regnamespace and contype in ('c', 'f', 'p', 'u')
    union all
    select tablename || ': ' || indexdef from pg_indexes
    where schemaname = 'public' and indexdef like 'CREATE UNIQUE%'
  `.execute(db);
  return {
    columns: new Map(columns.map(({ name, type }) => [name, type])),
    required: new Set(columns.filter(({ required }) => required).map(({ name }) => name)),
    constraints: new Set(constraints.map(({ name }) => name)),
  };
}

/**
 * What a program that was written for `before` could no longer do with `after`: columns that are
 * gone or of another type, and what its rows may now be refused for.
 */
export function listBroken(before: SchemaShape, after: SchemaShape): readonly string[] {
  const tables = new Set([...before.columns.keys()].map(tableOf));
  const isOld = (name: string): boolean => tables.has(tableOf(name));
  return [
    ...[...before.columns]
      .filter(([name, type]) => after.columns.get(name) !== type)
      .map(([name]) => `${name} is gone or of another type`),
    ...[...after.required]
      .filter((name) => isOld(name) && !before.required.has(name))
      .map((name) => `${name} has to be given`),
    ...[...after.constraints]
      .filter((name) => isOld(name) && !before.constraints.has(name))
      .filter((name) => ![...before.constraints].some((old) => isWidened(old, name)))
      .map((name) => `a new constraint, ${name}`),
  ];
}

/** A check that allows more values, a unique key of more columns: they refuse nothing more. */
function isWidened(before: string, after: string): boolean {
  if (tableOf(before) !== tableOf(after) || isCheck(before) !== isCheck(after)) return false;
  const words = new Set(wordsOf(after));
  return wordsOf(before).length > 0 && wordsOf(before).every((word) => words.has(word));
}

function isCheck(constraint: string): boolean {
  return constraint.includes(": CHECK");
}

/** Values of a check, columns of a key. */
function wordsOf(constraint: string): readonly string[] {
  if (isCheck(constraint)) return constraint.match(/'[^']*'/g) ?? [];
  return constraint.match(/\(([\w, ]+)\)/)?.[1]?.split(", ") ?? [];
}

function tableOf(name: string): string {
  return name.split(/[.:]/, 1)[0] ?? "";
}
