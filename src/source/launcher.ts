/**
 * Starts git from a small process of its own.
 *
 * A process that starts another is copied first, and the copy costs time by the memory it has: with
 * the embedded database in it 20 to 50 ms for each of the eight git commands of a push, in which
 * nothing else runs and no webhook is answered. From a small process it is 1 to 2 ms. The streams
 * of git are sockets between git and us: the launcher hands them over and never reads them.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { type Duplex, PassThrough } from "node:stream";
import { sleep } from "../lib/sleep.ts";
import type { Command, GitProcess, Launch } from "./git-process.ts";
import { LAUNCHER_FOLDER_PREFIX } from "./job-folder.ts";
import type { LaunchNews, LaunchOrder } from "./launcher-process.ts";

export interface Launcher {
  readonly launch: Launch;
  /** Ends the launcher; what it started goes on until its streams end. */
  close(): Promise<void>;
}

const PROGRAM = join(import.meta.dirname, `launcher-process${extname(import.meta.filename)}`);
/** Enough for what it does; without a limit it would keep what it could. */
const PROGRAM_ARGS: readonly string[] = ["--max-old-space-size=64", "--max-semi-space-size=1"];

/** A process that is being started, or runs. */
interface Launching {
  readonly streams: Map<number, Socket>;
  /** Settles once all three streams are here. */
  readonly handedOver: PromiseWithResolvers<void>;
  readonly started: PromiseWithResolvers<number | undefined>;
  readonly exited: PromiseWithResolvers<number | null | undefined>;
}

/** @param folder for its socket, which the service user alone may reach; another where it is too deep. */
export async function createLauncher(folder: string): Promise<Launcher> {
  const socketFolder = makeSocketFolder(folder);
  const socketPath = join(socketFolder, SOCKET_NAME);
  const running = new Map<number, Launching>();
  const server = await listen(socketPath, running);
  let child: ChildProcess | undefined;
  let count = 0;

  const order = (command: Command): Launching => {
    child ??= startProgram(running, () => {
      child = undefined;
    });
    count += 1;
    const launching: Launching = {
      streams: new Map(),
      handedOver: Promise.withResolvers(),
      started: Promise.withResolvers(),
      exited: Promise.withResolvers(),
    };
    running.set(count, launching);
    void launching.exited.promise.finally(keepAlive(child));
    child.send({ id: count, socketPath, ...command } satisfies LaunchOrder);
    return launching;
  };
  return {
    async launch(command) {
      const launching = order(command);
      const { handedOver, started } = launching;
      const pid = await started.promise;
      // It may be over by now, and its streams still on their way.
      if (pid !== undefined) await inTime(handedOver.promise);
      return processOf(pid, launching);
    },
    async close() {
      server.close();
      const exit = child && once(child, "exit");
      // Its end is waited for, so for so long it keeps this process.
      child?.ref();
      child?.disconnect();
      await exit;
      rmSync(socketFolder, { recursive: true, force: true });
    },
  };
}

const SOCKET_NAME = "s";
/** Of a socket's address, on the systems that allow least. */
const SOCKET_PATH_BYTES_MAX = 100;

function makeSocketFolder(folder: string): string {
  const prefix = join(folder, LAUNCHER_FOLDER_PREFIX);
  const bytes = Buffer.byteLength(join(`${prefix}xxxxxx`, SOCKET_NAME));
  return mkdtempSync(bytes <= SOCKET_PATH_BYTES_MAX ? prefix : join(tmpdir(), "rekeeper-launch-"));
}

/** Takes the streams of git: each begins with a line that says whose it is, and which. */
async function listen(path: string, running: ReadonlyMap<number, Launching>): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    // Whoever is meant to read it hears of the error too.
    socket.on("error", () => undefined);
    readHeader(socket, (id, stream) => {
      const launching = running.get(id);
      if (launching === undefined) socket.destroy();
      launching?.streams.set(stream, socket);
      if (launching?.streams.size === STREAM_COUNT) launching.handedOver.resolve();
    });
  });
  server.listen(path);
  await once(server, "listening");
  server.unref();
  return server;
}

/** Input, output and error output. */
const STREAM_COUNT = 3;
const HEADER_BYTES_MAX = 64;

function readHeader(socket: Socket, take: (id: number, stream: number) => void): void {
  let header = "";
  const onReadable = (): void => {
    for (;;) {
      const byte: Buffer | null = socket.read(1);
      if (byte === null) return;
      if (byte[0] !== LINE_FEED && header.length < HEADER_BYTES_MAX) {
        header += byte.toString("latin1");
        continue;
      }
      socket.off("readable", onReadable);
      const [id, stream] = header.split(" ").map(Number);
      take(id ?? 0, stream ?? 0);
      return;
    }
  };
  socket.on("readable", onReadable);
}

const LINE_FEED = 0x0a;

function startProgram(running: Map<number, Launching>, onEnd: () => void): ChildProcess {
  const child = fork(PROGRAM, {
    execArgv: [...PROGRAM_ARGS],
    env: {},
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  child.on("message", (news: LaunchNews) => {
    const launching = running.get(news.id);
    if ("pid" in news) {
      launching?.started.resolve(news.pid);
      return;
    }
    launching?.started.resolve(undefined);
    launching?.exited.resolve(news.status);
    // Streams that come later have to find it.
    void launching?.handedOver.promise.then(() => running.delete(news.id));
    if (news.status === undefined) running.delete(news.id);
  });
  child.once("exit", () => {
    onEnd();
    for (const [id, { handedOver, started, exited }] of running) {
      running.delete(id);
      handedOver.resolve();
      started.resolve(undefined);
      exited.resolve(undefined);
    }
  });
  child.unref();
  child.channel?.unref();
  return child;
}

/** Until the returned function is called, the wait for news keeps this process from ending. */
function keepAlive({ channel }: ChildProcess): () => void {
  channel?.ref();
  return () => channel?.unref();
}

const HAND_OVER_MS_MAX = 30_000;

/** Resolves in any case: what is missing then is dealt with. */
async function inTime(handedOver: Promise<void>): Promise<void> {
  const over = new AbortController();
  await Promise.race([handedOver, sleep(HAND_OVER_MS_MAX, over.signal)]);
  over.abort();
}

/** Of a process that could not be started the streams are at their end. */
function processOf(pid: number | undefined, { streams, exited }: Launching): GitProcess {
  if (pid !== undefined && streams.size < STREAM_COUNT) {
    killGroup(pid);
    exited.resolve(undefined);
  }
  const streamOf = (stream: number): Duplex => streams.get(stream) ?? new PassThrough().end();
  const [stdin, stdout, stderr] = [streamOf(0), streamOf(1), streamOf(2)];
  // Nothing comes out of its input: without reading, its end would never be noticed.
  stdin.resume();
  const ends = [stdout, stderr].map((stream) => ended(stream));
  const closed = exited.promise.then(async (status) => {
    stdin.destroy();
    if (status !== undefined) await Promise.all(ends);
    return status;
  });
  return { pid, stdin, stdout, stderr, closed };
}

/** Without its streams it can do nothing, and nobody can tell it to end. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It is gone already, which is what was wanted.
  }
}

/** Settles when nothing more comes, or nobody wants it any more. */
async function ended(stream: Duplex): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  stream.once("close", resolve);
  // The other direction of the socket is not used: its end ends both. It may have come already.
  if (stream.readableEnded) stream.destroy();
  else stream.once("end", () => stream.destroy());
  if (!stream.closed) await promise;
}
