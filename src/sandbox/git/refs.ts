/** Lists the branches with the tags of a repository, so that a push shows as a difference. */
import { git } from "./git.ts";

/** Object id by full ref name; of an annotated tag the id of the tag itself. */
export type Refs = ReadonlyMap<string, string>;

export interface RefChange {
  readonly ref: string;
  /** All zeros where the ref was created. */
  readonly before: string;
  /** All zeros where the ref was deleted. */
  readonly after: string;
}

export async function listRefs(dir: string): Promise<Refs> {
  const args = ["for-each-ref", "--format=%(objectname) %(refname)", "refs/heads", "refs/tags"];
  const lines = (await git(dir, args)).split("\n").filter((line) => line !== "");
  return new Map(
    lines.map((line) => {
      const space = line.indexOf(" ");
      return [line.slice(space + 1), line.slice(0, space)] as const;
    }),
  );
}

/** Every ref that differs, in order of name. */
export function listRefChanges(before: Refs, after: Refs): RefChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((ref) => {
    const from = before.get(ref);
    const to = after.get(ref);
    if (from === to) return [];
    return [{ ref, before: from ?? nullIdLike(to), after: to ?? nullIdLike(from) }];
  });
}

/** As many zeros as the repository's object ids have digits. */
function nullIdLike(id: string | undefined): string {
  return "0".repeat(id?.length ?? 40);
}
