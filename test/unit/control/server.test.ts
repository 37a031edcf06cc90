import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { findService } from "../../../src/control/find-service.ts";
import { REQUEST_BYTES_MAX } from "../../../src/control/protocol.ts";
import { type Control, startControl } from "../../../src/control/server.ts";
import { type EmptyDatabase, openEmptyDatabase } from "../../support/empty-database.ts";

const QUESTION = { repository: null, state: "open", before: null, limit: 10 } as const;
const NOTHING = { leaks: [], total: 0, next: null };

let database: EmptyDatabase;
let folder: string;
let controls: Control[];
let warnings: string[];

beforeAll(async () => {
  database = await openEmptyDatabase();
});

afterAll(async () => {
  await database.close();
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rekeeper-control-"));
  controls = [];
  warnings = [];
});

afterEach(async () => {
  for (const control of controls) await control.close();
  rmSync(folder, { recursive: true, force: true });
});

it("answers at a socket that only its own user may use", async () => {
  await start(folder);
  expect(statSync(join(folder, "control.sock")).mode & 0o777).toBe(0o600);
  expect(await askLeaks(folder)).toEqual(NOTHING);
});

it("answers several at once, and one question after another", async () => {
  await start(folder);
  const service = await findService(folder);
  const answers = await Promise.all([askLeaks(folder), askLeaks(folder), askLeaks(folder)]);
  expect(answers).toEqual([NOTHING, NOTHING, NOTHING]);
  expect(await service?.ask("leaks", QUESTION)).toEqual(NOTHING);
  expect(await service?.ask("leaks", QUESTION)).toEqual(NOTHING);
  await service?.close();
});

it("is not found before it starts, nor after it stopped", async () => {
  expect(await findService(folder)).toBeUndefined();
  const control = await start(folder);
  await control.close();
  expect(existsSync(join(folder, "control.sock"))).toBe(false);
  expect(await findService(folder)).toBeUndefined();
});

it("tells a client whose service stops that it has to ask again", async () => {
  const control = await start(folder);
  const service = await findService(folder);
  await control.close();
  await expect(service?.ask("leaks", QUESTION)).rejects.toThrow(/ask again/);
});

it("leaves the socket to a service that runs", async () => {
  await start(folder);
  await start(folder);
  expect(warnings).toEqual(["the command line cannot reach this service"]);
  await controls.pop()?.close();
  expect(await askLeaks(folder)).toEqual(NOTHING);
});

it.each([
  ["no JSON", "hello"],
  ["no request", '{"version":1}'],
  ["an input of a wrong form", request({ input: { ...QUESTION, limit: 1e9 } })],
  ["an input with more in it", request({ input: { ...QUESTION, sql: "select 1" } })],
])("does not understand %s, and says so", async (_, line) => {
  await start(folder);
  expect(await talk(`${line}\n`)).toMatch(/"error":"[^"]*does not understand[^"]*restart it/);
});

it.each([
  ["version", request({ version: 2 })],
  ["command", request({ command: "leeks" })],
  ["name of an object's own method", request({ command: "toString" })],
])("says that it is another version for an unknown %s", async (_, line) => {
  await start(folder);
  expect(await talk(`${line}\n`)).toContain("of another version: restart it");
});

it("hangs up on a line that does not end, and goes on answering", async () => {
  await start(folder);
  expect(await talk("x".repeat(REQUEST_BYTES_MAX + 1))).toBe("");
  expect(await askLeaks(folder)).toEqual(NOTHING);
});

it("refuses an answer of another form than this version knows", async () => {
  const answer = JSON.stringify({ version: 1, result: { leaks: [], total: "many" } });
  const other = createServer((socket) => socket.once("data", () => socket.end(`${answer}\n`)));
  await new Promise<void>((resolve) => other.listen(join(folder, "control.sock"), resolve));
  await expect(askLeaks(folder)).rejects.toThrow(/of another version: restart it/);
  other.close();
});

it("listens among the temporary files when the data folder's path is too long for a socket", async () => {
  const long = join(folder, "a-folder-with-a-long-name".repeat(5));
  mkdirSync(long);
  const control = await start(long);
  const path = readFileSync(join(long, "control.sock.path"), "utf8").trim();
  expect(dirname(dirname(path))).toBe(tmpdir());
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  expect(await askLeaks(long)).toEqual(NOTHING);

  chmodSync(dirname(path), 0o777);
  expect(await findService(long)).toBeUndefined();
  await control.close();
  expect([path, dirname(path), join(long, "control.sock.path")].filter(existsSync)).toEqual([]);
});

async function start(dataDir: string): Promise<Control> {
  const parts = {
    database,
    db: database.db,
    dataDir,
    readPepper: () => "p".repeat(40),
    webUrl: "https://github.com",
    issuesMax: 20,
    now: () => new Date(),
  };
  const warn = (_fields: object, message: string) => void warnings.push(message);
  const control = await startControl({ dataDir, parts, log: { warn, error: warn } });
  controls.push(control);
  return control;
}

async function askLeaks(dataDir: string): Promise<unknown> {
  const service = await findService(dataDir);
  try {
    return await service?.ask("leaks", QUESTION);
  } finally {
    await service?.close();
  }
}

function request(facts: object): string {
  return JSON.stringify({ version: 1, command: "leaks", input: QUESTION, ...facts });
}

/** Sends bytes and gives what comes back until the service hangs up. */
async function talk(bytes: string): Promise<string> {
  const socket = connect({ path: join(folder, "control.sock"), allowHalfOpen: true });
  socket.end(bytes);
  return await text(socket).catch(() => "");
}
