/** Our own refs in a cache: they tell the remote what we have, so that it sends no more. */
import { createHash } from "node:crypto";
import type { ObjectId } from "../model/ids.ts";
import { runGit } from "./git-child.ts";
import { type GitContext, localCall, remoteCall } from "./git-command.ts";
import type { GitRemote } from "./git-settings.ts";

const NAMESPACE = "refs/rekeeper";
/** What a ref may not hold, by `git help check-ref-format`; `+` and `:` also mean something here. */
const REF = /^refs\/[^\s\p{Cc}~^:?*[\\]{1,1000}$/u;

/** The ref that keeps a commit or tag which was fetched by its id. */
export function commitRef(id: ObjectId): string {
  return `${NAMESPACE}/commit/${id}`;
}

/**
 * The ref that follows a ref of the remote. Hashed, since `a` and `a/b` can't both be refs, yet
 * the remote may replace the one by the other.
 */
export function sourceRef(ref: string): string {
  return `${NAMESPACE}/source/${createHash("sha256").update(ref).digest("hex")}`;
}

/** Throws a TypeError for a ref that git would read as something else. */
export function checkRef(ref: string): void {
  if (!REF.test(ref) || ref.includes("..")) {
    throw new TypeError("not a full ref name: expected one such as refs/heads/main");
  }
}

/** Those of the refs that the remote has. */
export async function listRemoteRefs(
  context: GitContext,
  remote: GitRemote,
  refs: readonly string[],
): Promise<readonly string[]> {
  const call = await remoteCall(context, remote, {
    subcommand: "ls-remote",
    args: ["--quiet", "--end-of-options", "origin", ...refs],
  });
  const { stdout } = await runGit(call);
  const lines = stdout.toString("utf8").split("\n");
  const there = new Set(lines.map((line) => line.slice(line.indexOf("\t") + 1)));
  return refs.filter((ref) => there.has(ref));
}

/** Deletes the refs to the oldest commits beyond the limit: all they save is traffic. */
export async function trimRefs(context: GitContext): Promise<void> {
  const { refsMax } = context.settings.limits;
  const { stdout } = await runGit(
    localCall(context, {
      subcommand: "for-each-ref",
      args: ["--sort=creatordate", "--format=delete %(refname)", NAMESPACE],
    }),
  );
  const oldestFirst = stdout.toString("latin1").split("\n").filter(Boolean);
  if (oldestFirst.length <= refsMax) return;
  const surplus = oldestFirst.slice(0, oldestFirst.length - refsMax);
  await runGit(
    localCall(context, {
      subcommand: "update-ref",
      args: ["--stdin"],
      input: surplus.map((command) => `${command}\n`),
    }),
  );
}
