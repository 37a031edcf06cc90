/** What must be true of a seed's repository when everything has come to rest. */
import type { CheckRun, SandboxState } from "../../src/sandbox/state.ts";
import type { Story } from "./act-out.ts";
import { type ExpectedHead, workOut } from "./expected.ts";
import type { KeyName } from "./plan.ts";
import { keyText } from "./render-push.ts";

/** @returns one sentence for each invariant that is broken. */
export function listBroken(story: Story, state: SandboxState): readonly string[] {
  const expected = workOut(story.plan, story.unsent);
  const checks = state.checkRuns.filter(
    ({ suite }) => suite.repository.name === story.plan.repository,
  );
  return [
    ...expected.heads.flatMap((head) => listBrokenChecks(story, head, checks)),
    ...listBrokenIssues(story, expected, state),
    ...listBrokenComments(story, state),
  ];
}

function listBrokenChecks(
  { ids }: Story,
  { commit, isRequired, allowed }: ExpectedHead,
  all: readonly CheckRun[],
): readonly string[] {
  const own = all.filter(({ suite }) => suite.headSha === ids.get(commit));
  const [check] = own;
  if (own.length > 1) return [`${commit} has ${own.length} checks`];
  if (check === undefined) return isRequired ? [`${commit} has no check`] : [];
  if (check.status !== "completed") return [`the check of ${commit} is ${check.status}`];
  if ((allowed as ReadonlySet<string | null>).has(check.conclusion)) return [];
  return [`the check of ${commit} is ${check.conclusion}, not ${[...allowed].join(" or ")}`];
}

function listBrokenIssues(
  { plan }: Story,
  expected: { readonly issues: ReadonlySet<KeyName>; readonly issuesAllowed: ReadonlySet<KeyName> },
  state: SandboxState,
): readonly string[] {
  const bodies = state.issues
    .filter((issue) => issue.repository.name === plan.repository)
    .filter(({ state: shown }) => shown === "open")
    .map(({ title, body }) => `${title}\n${body ?? ""}`);
  const known = [...expected.issuesAllowed].map((key) => {
    const end = keyText(plan.seed, key).slice(-SHOWN_CHARACTERS);
    return { key, count: bodies.filter((body) => body.includes(`…${end}`)).length };
  });
  const total = known.reduce((sum, { count }) => sum + count, 0);
  return [
    ...known
      .filter(({ key, count }) => count > 1 || (count === 0 && expected.issues.has(key)))
      .map(({ key, count }) => `${key} has ${count} open issues`),
    ...(bodies.length > total ? [`${bodies.length - total} issues are about no key`] : []),
  ];
}

/** A mask ends with the last characters of the key. */
const SHOWN_CHARACTERS = 4;

function listBrokenComments({ plan }: Story, state: SandboxState): readonly string[] {
  const own = state.comments.filter(
    ({ issue, author }) => issue.repository.name === plan.repository && author.type === "Bot",
  );
  return [...Map.groupBy(own, ({ issue }) => issue.number)]
    .filter(([, comments]) => comments.length > 1)
    .map(([number, comments]) => `#${number} has ${comments.length} comments`);
}
