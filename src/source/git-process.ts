/** A git process whose streams are ours, and the plain way to start one. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import type { Environment } from "./git-environment.ts";

export interface GitProcess {
  /** It leads a process group of its own; undefined when it could not be started. */
  readonly pid: number | undefined;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /**
   * Settles when the process and all that hold its streams are gone: its exit status; null when a
   * signal ended it, undefined when it could not be started.
   */
  readonly closed: Promise<number | null | undefined>;
}

/** A program with its arguments, run in the root folder. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: Environment;
}

export type Launch = (command: Command) => Promise<GitProcess>;

/** Starts it as a child of this process. */
export async function launchHere({ file, args, environment }: Command): Promise<GitProcess> {
  const child = spawn(file, args, {
    cwd: "/",
    env: environment,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const closed = once(child, "close").then(
    ([status]: (number | null)[]) => status,
    () => undefined,
  );
  const { pid, stdin, stdout, stderr } = child;
  return { pid, stdin, stdout, stderr, closed };
}
