/** Runs one git command on a bare repository of the sandbox. */
import { execFile } from "node:child_process";

const COMMAND_TIMEOUT_MS = 30_000;
const OUTPUT_BYTES_MAX = 256 * 1024 * 1024;

/**
 * Returns what the command printed, as UTF-8. Rejects when it exits with a code other than 0, runs
 * longer than 30 s or prints more than 256 MiB.
 */
export async function git(dir: string, args: readonly string[], input = ""): Promise<string> {
  return (await gitBytes(dir, args, input)).toString("utf8");
}

/** Like `git`, for contents that may be no text. */
export function gitBytes(dir: string, args: readonly string[], input = ""): Promise<Buffer> {
  return run("git", ["-C", dir, ...args], input);
}

function run(command: string, args: readonly string[], input: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      args,
      {
        env: gitEnvironment(),
        timeout: COMMAND_TIMEOUT_MS,
        maxBuffer: OUTPUT_BYTES_MAX,
        killSignal: "SIGKILL",
        encoding: "buffer",
      },
      (error, stdout) => (error === null ? resolve(stdout) : reject(error)),
    );
    // A command that never reads its input closes the pipe early: its exit code tells the story.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
  });
}

/**
 * Like `git` for commands that hold their whole answer before they print it: a tree may unfold to
 * more paths than any machine has memory for. Rejects where it would take more than 1 GiB.
 */
export function gitWithinMemory(dir: string, args: readonly string[], input = ""): Promise<string> {
  const bounded = `ulimit -v ${MEMORY_KIBIBYTES_MAX} 2>/dev/null; exec git "$@"`;
  return run("/bin/sh", ["-c", bounded, "git", "-C", dir, ...args], input).then(String);
}

const MEMORY_KIBIBYTES_MAX = 1_048_576;

/** True when the command exits with 0; for questions such as `merge-base --is-ancestor`. */
export async function gitSucceeds(dir: string, args: readonly string[]): Promise<boolean> {
  try {
    await git(dir, args);
    return true;
  } catch {
    return false;
  }
}

/**
 * An environment in which only a repository's own configuration counts: inherited `GIT_*` variables
 * or a person's `~/.gitconfig` would make two visits differ. `safe.directory` is open because the
 * data folder may be a mounted volume of another owner, and nothing in it is ever executed.
 */
export function gitEnvironment(): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "safe.directory",
    GIT_CONFIG_VALUE_0: "*",
  };
}
