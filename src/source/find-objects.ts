/** Looks names up in a cache: object ids that may not be there, refs of our own. */
import { asObjectId, type ObjectId } from "../model/ids.ts";
import { runGit } from "./git-child.ts";
import { type GitContext, localCall } from "./git-command.ts";

/** Those of the names that lead to an object here, each with its id. No network is asked. */
export async function findObjects(
  context: GitContext,
  names: readonly string[],
): Promise<ReadonlyMap<string, ObjectId>> {
  if (names.length === 0) return new Map();
  const { stdout } = await runGit(
    localCall(context, {
      subcommand: "cat-file",
      args: ["--batch-check=%(objectname)", "--buffer"],
      input: names.map((name) => `${name}\n`),
    }),
  );
  // One line per name: the id alone, or the name and that it is missing.
  const lines = stdout.toString("utf8").split("\n");
  return new Map(
    names.flatMap((name, index) => {
      const line = lines[index] ?? "";
      return /^[0-9a-f]+$/.test(line) ? [[name, asObjectId(line)] as const] : [];
    }),
  );
}
