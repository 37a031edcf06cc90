/** What a command costs, with all processes that it starts. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

export interface ProcessCost {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  /** The most that one of its processes had; 0 where nothing on this machine tells. */
  readonly residentBytes: number;
  readonly exitCode: number;
}

/** GNU time tells the memory; bash tells the time in milliseconds. */
const GNU_TIME = "/usr/bin/time";
const TIMEOUT_MS = 900_000;
const SCRIPT = `TIMEFORMAT="%3R %3U %3S"; time "$@" 2>&3 >/dev/null`;

/** Runs a command to its end. Its output is thrown away. */
export function measure(command: readonly string[]): ProcessCost {
  const timed = existsSync(GNU_TIME) ? [GNU_TIME, "--quiet", "-f", "%M", ...command] : command;
  const { stderr, output, status } = spawnSync("bash", ["-c", SCRIPT, "bash", ...timed], {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    encoding: "utf8",
    timeout: TIMEOUT_MS,
    maxBuffer: 1_000_000_000,
  });
  const [wall = 0, user = 0, system = 0] = stderr.trim().split(/\s+/).map(Number);
  const kibibytes = Number(/(\d+)\s*$/.exec(output[3] ?? "")?.[1] ?? 0);
  return {
    cpuSeconds: user + system,
    wallSeconds: wall,
    residentBytes: existsSync(GNU_TIME) ? kibibytes * 1_024 : 0,
    exitCode: status ?? -1,
  };
}
