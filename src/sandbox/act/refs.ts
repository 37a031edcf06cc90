/** Moves refs in somebody's name without a git client, as GitHub's own buttons do. */
import { git } from "../git/git.ts";
import { listRefs } from "../git/refs.ts";
import { recordPush } from "../push-record.ts";
import type { Repository } from "../state.ts";
import { type Acting, checkRole, checkWritable } from "./acting.ts";

/** Runs `move` alone on the repository; what it did to the refs becomes a push of the actor's. */
export async function changeRefs<Result>(
  repository: Repository,
  acting: Acting,
  move: (dir: string) => Promise<Result>,
): Promise<Result> {
  const { parts, actor } = acting;
  const dir = parts.store.dirOf(repository);
  return await parts.mutex.run(dir, async () => {
    const before = await listRefs(dir);
    try {
      return await move(dir);
    } finally {
      await recordPush({ repository, before, after: await listRefs(dir), sender: actor }, parts);
    }
  });
}

/** Lets the ref name this commit; without one the ref is deleted. */
export async function writeRef(
  dir: string,
  ref: string,
  commit: string | undefined,
): Promise<void> {
  await git(dir, commit === undefined ? ["update-ref", "-d", ref] : ["update-ref", ref, commit]);
}

/**
 * One push of what a stream in the language of `git help fast-import` makes, without the cost of a
 * client. Returns what the stream had printed; rejects when git does not take it.
 */
export async function pushStream(
  repository: Repository,
  stream: string,
  acting: Acting,
): Promise<string> {
  checkWritable(repository);
  checkRole(acting, repository, "write");
  const args = ["fast-import", "--quiet", "--force"];
  return await changeRefs(repository, acting, (dir) => git(dir, args, stream));
}
