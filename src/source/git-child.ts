/**
 * One git process with an end: limits on time, output and disk, killed with all its children.
 *
 * Wanted of every call, whatever happens to it:
 * - when it returns or throws, the process and its whole group are gone;
 * - it waits no longer than `timeoutMs` for the child, and the reader's own time does not count;
 * - no text of standard error leaves this file.
 */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { guardChild } from "./child-guard.ts";
import type { FolderLimit } from "./folder-limit.ts";
import type { Environment } from "./git-environment.ts";
import { classifyFailure, findHiddenFailure, GitError, NOT_STARTED, STOPPED } from "./git-error.ts";
import { type GitProcess, type Launch, launchHere } from "./git-process.ts";

export interface GitCall {
  readonly gitDir: string;
  /** `-c` values, `key=value`. */
  readonly config: readonly string[];
  readonly subcommand: string;
  readonly args: readonly string[];
  readonly environment: Environment;
  /** Written to standard input, which is closed after it. */
  readonly input?: Iterable<string>;
  readonly timeoutMs: number;
  readonly stdoutBytesMax: number;
  readonly folderLimit?: FolderLimit;
  /** Exit statuses that are answers and no failures; 0 alone when absent. */
  readonly statuses?: readonly number[];
  readonly signal: AbortSignal;
  /** What starts the process; this process itself when absent. */
  readonly launch?: Launch;
}

const STDERR_BYTES_MAX = 8_192;

/**
 * Yields the command's standard output in chunks as the reader takes them, and returns its exit
 * status. Throws a GitError, or the signal's reason when that was aborted.
 */
export async function* streamGit(call: GitCall): AsyncGenerator<Buffer, number> {
  call.signal.throwIfAborted();
  const child = await startChild(call);
  try {
    let outputBytes = 0;
    for (;;) {
      const chunk = await child.read();
      if (chunk === undefined) break;
      outputBytes += chunk.length;
      if (outputBytes > call.stdoutBytesMax) {
        throw new GitError(call.subcommand, STOPPED["too-large"]);
      }
      yield chunk;
    }
    return await child.status();
  } finally {
    await child.stop();
  }
}

/** Runs a command to its end and gives its whole output, at most `stdoutBytesMax` of it. */
export async function runGit(call: GitCall): Promise<{ stdout: Buffer; status: number }> {
  const chunks: Buffer[] = [];
  const stream = streamGit(call);
  for (;;) {
    const next = await stream.next();
    if (next.done) return { stdout: Buffer.concat(chunks), status: next.value };
    chunks.push(next.value);
  }
}

interface RunningChild {
  /** The next chunk of standard output; undefined at its end. */
  read(): Promise<Buffer | undefined>;
  /** Waits for the end; throws unless the exit status is one of the call's. */
  status(): Promise<number>;
  /** Kills what still runs and waits until it is gone. Never throws. */
  stop(): Promise<void>;
}

async function startChild(call: GitCall): Promise<RunningChild> {
  const git = await startGit(call);
  const guard = guardChild(git, call);
  let ended = false;
  const closed = git.closed.finally(() => {
    ended = true;
  });
  const stderr = collectStderr(git);
  const chunks: AsyncIterator<Buffer> = git.stdout[Symbol.asyncIterator]();
  feedInput(call, git);

  return {
    async read() {
      const next = await guard.wait(chunks.next());
      return next.done ? undefined : next.value;
    },
    async status() {
      const status = await guard.wait(closed);
      const stopped = guard.stopped();
      if (stopped === "aborted") call.signal.throwIfAborted();
      else if (stopped !== undefined) throw new GitError(call.subcommand, STOPPED[stopped]);
      const failure = findFailure(call, status, stderr());
      if (failure !== undefined) throw failure;
      return status as number;
    },
    async stop() {
      // Not the leader's exit counts but the end of all that hold its pipes.
      if (!ended) guard.kill();
      git.stdout.destroy();
      await closed;
      guard.end();
    },
  };
}

/**
 * Address space of one child. A few trees can unfold to more changed paths than any machine can
 * hold, and git holds all those of one commit before it prints the first: without a bound such a
 * push would take the whole machine's memory. Where a shell cannot set it, none is set.
 */
const MEMORY_KIBIBYTES_MAX = 4 * 1_048_576;
const BOUNDED_GIT = `ulimit -v ${MEMORY_KIBIBYTES_MAX} 2>/dev/null; exec git "$@"`;
/** What a shell exits with when it cannot find the command. */
const STATUS_NO_COMMAND = 127;

async function startGit({ launch = launchHere, ...call }: GitCall): Promise<GitProcess> {
  const config = call.config.flatMap((value) => ["-c", value]);
  const args = [`--git-dir=${call.gitDir}`, ...config, call.subcommand, ...call.args];
  const { environment } = call;
  return await launch({ file: "/bin/sh", args: ["-c", BOUNDED_GIT, "git", ...args], environment });
}

function findFailure(
  call: GitCall,
  status: number | null | undefined,
  stderr: string,
): GitError | undefined {
  if (status === undefined || status === STATUS_NO_COMMAND) {
    return new GitError(call.subcommand, NOT_STARTED);
  }
  const answered = status !== null && (call.statuses ?? [0]).includes(status);
  if (!answered) return new GitError(call.subcommand, classifyFailure(stderr), status ?? undefined);
  const hidden = findHiddenFailure(stderr);
  return hidden && new GitError(call.subcommand, hidden, status);
}

function collectStderr(git: GitProcess): () => string {
  let text = "";
  git.stderr.setEncoding("latin1");
  git.stderr.on("data", (chunk: string) => {
    if (text.length < STDERR_BYTES_MAX) text += chunk.slice(0, STDERR_BYTES_MAX - text.length);
  });
  git.stderr.on("error", () => undefined);
  return () => text;
}

function feedInput(call: GitCall, git: GitProcess): void {
  // A child that ends early breaks the pipe: its exit status says why, so the pipe need not.
  pipeline(Readable.from(call.input ?? []), git.stdin).catch(() => undefined);
}
