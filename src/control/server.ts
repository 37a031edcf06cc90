/**
 * The service's side of the local socket.
 *
 * A socket file outlives the process that made it when that was killed. Such a file answers no
 * connection, and is replaced; one that answers belongs to a service that runs.
 */
import { rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { ZodError } from "zod";
import { CommandError } from "../command/command-error.ts";
import { COMMANDS, type CommandEntry, type CommandName, type ControlParts } from "./commands.ts";
import { connectTo } from "./connect.ts";
import {
  ANSWER_BYTES_MAX,
  type ControlAnswer,
  PROTOCOL_VERSION,
  parseRequest,
  REQUEST_BYTES_MAX,
} from "./protocol.ts";
import { readLines } from "./read-lines.ts";
import { prepareSocketPath, removeSocketPath } from "./socket-path.ts";

export interface Control {
  /** Takes no further question, and resolves when none uses the database any more. */
  close(): Promise<void>;
}

export interface ControlOptions {
  readonly dataDir: string;
  readonly parts: ControlParts;
  readonly log: ControlLog;
}

export interface ControlLog {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const CONNECTIONS_MAX = 16;
/** A connection that asks nothing for so long is closed. */
const IDLE_TIMEOUT_MS = 60_000;
const REQUESTS_PER_CONNECTION_MAX = 1_000;
/** Nobody but the service's own user may connect, from the first moment on. */
const OWNER_ONLY_UMASK = 0o177;

/**
 * Listens beside the data folder. A service that cannot do so still serves GitHub, so the reason
 * is logged and not thrown.
 */
export async function startControl(options: ControlOptions): Promise<Control> {
  const running = new Set<Promise<void>>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const serving = serve(socket, options).finally(() => {
      sockets.delete(socket);
      running.delete(serving);
    });
    running.add(serving);
  });
  server.maxConnections = CONNECTIONS_MAX;
  let path: string;
  try {
    path = prepareSocketPath(options.dataDir);
    await listenOnce(server, path);
  } catch (cause) {
    const fields = { dataDir: options.dataDir, error: String(cause) };
    options.log.warn(fields, "the command line cannot reach this service");
    return { close: async () => {} };
  }
  return {
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await Promise.all([closed, ...running]);
      removeSocketPath(options.dataDir, path);
    },
  };
}

/** @throws Error with the code EADDRINUSE when a running service has the socket. */
async function listenOnce(server: Server, path: string): Promise<void> {
  try {
    await listen(server, path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EADDRINUSE") throw cause;
    const other = await connectTo(path);
    other?.destroy();
    if (other !== undefined) throw cause;
    rmSync(path, { force: true });
    await listen(server, path);
  }
}

async function listen(server: Server, path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.once("listening", resolve);
  // The file is made within this call, so the mask holds for nothing else.
  const umask = process.umask(OWNER_ONLY_UMASK);
  try {
    server.listen(path);
  } finally {
    process.umask(umask);
  }
  try {
    await promise;
  } finally {
    server.off("error", reject);
    server.off("listening", resolve);
  }
}

/** Answers one connection's requests in turn; never rejects. */
async function serve(socket: Socket, options: ControlOptions): Promise<void> {
  socket.setTimeout(IDLE_TIMEOUT_MS);
  socket.on("timeout", () => socket.destroy());
  // A line that breaks while an answer is written is the end of that connection, of nothing else.
  socket.on("error", () => socket.destroy());
  try {
    let requests = 0;
    for await (const line of readLines(socket, REQUEST_BYTES_MAX)) {
      requests += 1;
      if (requests > REQUESTS_PER_CONNECTION_MAX) break;
      // While it waits for us it is not idle: an answer has a time limit of its own.
      socket.setTimeout(0);
      socket.write(`${await answerLine(line, options)}\n`);
      socket.setTimeout(IDLE_TIMEOUT_MS);
    }
    socket.end();
  } catch {
    // The other side went away or sent no lines of ours; there is nobody left to tell.
    socket.destroy();
  }
}

async function answerLine(line: string, options: ControlOptions): Promise<string> {
  const text = JSON.stringify({ version: PROTOCOL_VERSION, ...(await answer(line, options)) });
  if (Buffer.byteLength(text) <= ANSWER_BYTES_MAX) return text;
  const error = "The answer is too large: ask for less at a time.";
  return JSON.stringify({ version: PROTOCOL_VERSION, error });
}

async function answer(
  line: string,
  { parts, log }: ControlOptions,
): Promise<Omit<ControlAnswer, "version">> {
  try {
    const request = parseRequest(line);
    if (request.version !== PROTOCOL_VERSION || !isCommand(request.command)) {
      return { error: "The running service is of another version: restart it, then ask again." };
    }
    const entry = COMMANDS[request.command];
    const running = run(entry, parts, request.input);
    return { result: await withDeadline(running, entry.timeoutMs) };
  } catch (cause) {
    if (cause instanceof CommandError) return { error: cause.message };
    if (cause instanceof ZodError || cause instanceof SyntaxError) {
      return { error: "The running service does not understand the question: restart it." };
    }
    log.error({ error: String(cause) }, "a command failed");
    return { error: "The running service could not answer: its log says why." };
  }
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}

async function run<Name extends CommandName>(
  entry: CommandEntry<Name>,
  parts: ControlParts,
  input: unknown,
): Promise<unknown> {
  return await entry.run(parts, entry.input.parse(input));
}

async function withDeadline(work: Promise<unknown>, timeoutMs: number): Promise<unknown> {
  const { promise, reject } = Promise.withResolvers<never>();
  const error = new CommandError("The running service is too busy to answer: try again later.");
  const timer = setTimeout(() => reject(error), timeoutMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
