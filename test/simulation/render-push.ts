/** Turns planned commits into a stream for `git fast-import`, with keys made at run time. */
import { seededRandom } from "../../src/lib/seeded-random.ts";
import { expand } from "../../src/rules/expand.ts";
import { githubToken } from "../support/random-keys.ts";
import type { KeyName, Move, PlannedCommit } from "./plan.ts";

/** Any day will do, but for what the service reads of it: the dates of commits are no clock. */
const FIRST_COMMIT_SECONDS = 1_700_000_000;
const NO_COMMIT = "0".repeat(40);
/** Where commits are made before any branch leads to them; it is gone at the end of the stream. */
const DRAFT_REF = "refs/drafts/of-the-simulation";

export function keyText(seed: number, key: KeyName): string {
  const name = `simulation ${seed} ${key}`;
  return key.startsWith("p") ? githubToken(name) : expand("{{alnum:32}}", seededRandom(name));
}

/**
 * The stream makes the commits, prints their ids in order, and moves the branches.
 *
 * @param idOf the id of a commit that was made before.
 */
export function renderPush(
  seed: number,
  commits: readonly PlannedCommit[],
  moves: readonly Move[],
  idOf: (name: string) => string,
): string {
  const marks = new Map(commits.map(({ name }, index) => [name, `:${index + 1}`]));
  const refer = (name: string): string => marks.get(name) ?? idOf(name);
  const made = commits.map((commit, index) =>
    [
      // Without a reset, a commit goes on from the one before.
      `reset ${DRAFT_REF}`,
      `commit ${DRAFT_REF}`,
      `mark :${index + 1}`,
      `committer Ada <ada@example.org> ${FIRST_COMMIT_SECONDS + Number(commit.name.slice(1))} +0000`,
      renderData(`${commit.name} of seed ${seed}\n`),
      ...(commit.parent === null ? [] : [`from ${refer(commit.parent)}`]),
      ...Object.entries(commit.files).map(([path, keys]) =>
        keys === null
          ? `D ${path}`
          : `M 100644 inline ${path}\n${renderData(renderFile(seed, `${commit.name} ${path}`, keys))}`,
      ),
      "",
      `get-mark :${index + 1}`,
    ].join("\n"),
  );
  const moved = moves.map(
    ({ branch, commit }) =>
      `reset refs/heads/${branch}\nfrom ${commit === null ? NO_COMMIT : refer(commit)}\n`,
  );
  const cleaned = made.length > 0 ? [`reset ${DRAFT_REF}\nfrom ${NO_COMMIT}\n`] : [];
  return [...made, ...moved, ...cleaned, ""].join("\n");
}

export function renderFile(seed: number, heading: string, keys: readonly KeyName[]): string {
  const lines = keys.map((key) => {
    const name = key.startsWith("p") ? "VALUE" : "SOME_API_KEY";
    return `${name}=${keyText(seed, key)}`;
  });
  return [`# ${heading} of seed ${seed}`, ...lines, ""].join("\n");
}

function renderData(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}
