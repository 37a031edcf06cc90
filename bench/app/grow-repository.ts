/** Fills a bare repository with a history of any number of objects, through `git fast-import`. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

export interface Growth {
  /** Id of the last commit, to which `refs/heads/main` leads. */
  readonly tip: string;
  readonly objectCount: number;
}

/** A commit, its three trees and one blob; the folders are wide enough to be like real ones. */
const OBJECTS_PER_COMMIT = 5;
const FOLDERS = 40;
const FILES_PER_FOLDER = 50;
const FIRST_SECONDS = 1_600_000_000;

/** @param objectCount about so many: each commit changes one file, two folders down. */
export async function growRepository(gitDir: string, objectCount: number): Promise<Growth> {
  const commitCount = Math.max(1, Math.round(objectCount / OBJECTS_PER_COMMIT));
  const git = spawn("git", [`--git-dir=${gitDir}`, "fast-import", "--quiet", "--depth=10"], {
    stdio: ["pipe", "ignore", "inherit"],
  });
  const ended = once(git, "exit");
  await pipeline(Readable.from(renderHistory(commitCount)), git.stdin);
  const [status] = await ended;
  if (status !== 0) throw new Error(`git fast-import ended with ${status}`);
  const run = (...args: string[]): string =>
    execFileSync("git", [`--git-dir=${gitDir}`, ...args], { encoding: "utf8" }).trim();
  // As a server has it: fetches are answered from it without a walk over everything.
  run("commit-graph", "write", "--reachable");
  const counted = /^in-pack: (\d+)$/m.exec(run("count-objects", "-v"));
  return { tip: run("rev-parse", "refs/heads/main"), objectCount: Number(counted?.[1]) };
}

function* renderHistory(commitCount: number): Generator<string> {
  const chunk: string[] = [];
  for (let index = 0; index < commitCount; index += 1) {
    const folder = index % FOLDERS;
    const file = Math.floor(index / FOLDERS) % FILES_PER_FOLDER;
    const text = `export const version = ${index};\n// Nothing else is in here.\n`;
    const who = `Ada <ada@example.org> ${FIRST_SECONDS + index} +0000`;
    chunk.push(
      `commit refs/heads/main\ncommitter ${who}\ndata 7\nChange\n\n`,
      `M 100644 inline src/d${folder}/f${file}.ts\ndata ${text.length}\n${text}\n`,
    );
    if (chunk.length < 2_000) continue;
    yield chunk.join("");
    chunk.length = 0;
  }
  yield chunk.join("");
}
