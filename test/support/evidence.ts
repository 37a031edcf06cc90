/** Gathers everything that a service keeps or says, to be searched for what must not be there. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import type { Db } from "../../src/db/schema.ts";
import type { SandboxState } from "../../src/sandbox/state.ts";
import type { Evidence } from "./find-traces.ts";

const OBJECTS_BYTES_MAX = 256 * 1_048_576;

/** What was sent to GitHub. */
export function* requestEvidence(state: SandboxState): Generator<Evidence> {
  for (const { method, path, body } of state.requests) {
    const sent = JSON.stringify({ path, body });
    yield { place: `request ${method} ${path}`, bytes: Buffer.from(sent) };
  }
}

/** Every row of every table, those of the queue included, as text. */
export async function tableEvidence(db: Db): Promise<readonly Evidence[]> {
  const { rows: tables } = await sql<{ schema: string; name: string }>`
    select table_schema as schema, table_name as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
  `.execute(db);
  const evidence: Evidence[] = [];
  for (const { schema, name } of tables) {
    const { rows } = await sql<{ line: string }>`
      select one::text as line from ${sql.table(`${schema}.${name}`)} as one
    `.execute(db);
    const text = rows.map(({ line }) => line).join("\n");
    evidence.push({ place: `table ${schema}.${name}`, bytes: Buffer.from(text) });
  }
  return evidence;
}

/** Every file below a folder, byte by byte. */
export function* fileEvidence(folder: string): Generator<Evidence> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    yield { place: `file ${path.slice(folder.length + 1)}`, bytes: readFileSync(path) };
  }
}

/** Every object of every git repository directly below a folder, but for commits and tags. */
export function* objectEvidence(folder: string): Generator<Evidence & { readonly type: string }> {
  for (const repository of readdirSync(folder).filter((name) => name.endsWith(".git"))) {
    const output = execFileSync(
      "git",
      [`--git-dir=${join(folder, repository)}`, "cat-file", "--batch", "--batch-all-objects"],
      { maxBuffer: OBJECTS_BYTES_MAX, env: { PATH: process.env["PATH"], GIT_NO_LAZY_FETCH: "1" } },
    );
    for (const { id, type, bytes } of readObjects(output)) {
      // The messages of commits and tags are the one thing that the cache keeps as it was written.
      if (type === "commit" || type === "tag") continue;
      yield { place: `${type} ${id} of ${repository}`, type, bytes };
    }
  }
}

/** `<id> <type> <size>`, a line break, the contents, a line break; see `git help cat-file`. */
function* readObjects(
  output: Buffer,
): Generator<{ readonly id: string; readonly type: string; readonly bytes: Buffer }> {
  for (let at = 0; at < output.length; ) {
    const start = output.indexOf("\n", at) + 1;
    const [id = "", type = "", size] = output.toString("latin1", at, start - 1).split(" ");
    const end = start + Number(size);
    yield { id, type, bytes: output.subarray(start, end) };
    at = end + 1;
  }
}
