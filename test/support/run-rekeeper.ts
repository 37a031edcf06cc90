/** Runs the command line as people do: `bin/rekeeper.js` in a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Nothing but these comes from outside: no `.env`, no proxy, no terminal. */
type Environment = Readonly<Record<string, string>>;

const PROGRAM = join(import.meta.dirname, "..", "..", "bin", "rekeeper.js");

export async function runRekeeper(
  args: readonly string[],
  environment: Environment,
  folder?: string,
): Promise<Outcome> {
  const child = startRekeeper(args, environment, folder);
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error("the child has no pipes");
  const [exitCode, output, errors] = await Promise.all([exited, text(stdout), text(stderr)]);
  return { exitCode, stdout: output, stderr: errors };
}

export function startRekeeper(
  args: readonly string[],
  environment: Environment,
  folder: string = tmpdir(),
): ChildProcess {
  return spawn(process.execPath, [PROGRAM, ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"], ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
}
