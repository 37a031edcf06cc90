/** Keeps a cache small: one pack in place of many, no more refs than the limit. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { countPacks } from "./cache.ts";
import { runGit } from "./git-child.ts";
import { type GitContext, localCall } from "./git-command.ts";
import { PROMISOR_CONFIG } from "./git-environment.ts";
import { trimRefs } from "./refs.ts";

/**
 * Does nothing until a limit is passed. Works without network; what promisor packs hold is kept
 * whether a ref leads to it or not, so a walk that reads meanwhile loses nothing: git looks for
 * the new pack when an old one is gone. Call it under the repository's mutex.
 */
export async function maintainCache(context: GitContext): Promise<void> {
  const { packsMax, refsMax } = context.settings.limits;
  if ((await countRefFiles(context.gitDir)) > refsMax) await trimRefs(context);
  if ((await countPacks(context.gitDir)) <= packsMax) return;
  await runGit(
    localCall(context, {
      subcommand: "repack",
      args: ["-a", "-d", "-q"],
      config: PROMISOR_CONFIG,
      timeoutMs: context.settings.limits.fetchMs,
    }),
  );
  // Where refs are no files, this is what bounds them.
  await trimRefs(context);
}

/** Files and folders, so at least the number of refs that are files of their own. */
async function countRefFiles(gitDir: string): Promise<number> {
  const names = await readdir(join(gitDir, "refs"), { recursive: true }).catch(() => []);
  return names.length;
}
