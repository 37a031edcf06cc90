import { marked } from "marked";
import { expect, it } from "vitest";
import type { ProviderGuide } from "../../../src/model/rule.ts";
import { type IssueSubject, keepTicks, renderIssue } from "../../../src/report/issue.ts";
import { COMMIT, REPOSITORY, reportedKey, reportedPlace } from "../../support/reports.ts";

const GUIDE: ProviderGuide = {
  id: "toy",
  name: "Toy",
  docs: "https://toy.example.org/docs",
  rotatePage: "https://toy.example.org/keys",
  steps: ["Create a second token.", "Switch over.", "Verify.", "Revoke the old one."],
  proof: "It answers 401.",
  scope: "Read-only is possible.",
};
const MARKER = "<!-- rekeeper:key:0123 -->";

it("is titled without the value, labelled by severity, and ends with its marker", () => {
  const issue = renderIssue(subject());
  expect(issue.title).toBe("Leaked key: Toy token (0123456789)");
  expect(issue.labels).toEqual(["rekeeper", "leaked-key", "severity:high"]);
  expect(issue.assignees).toEqual(["mona"]);
  expect(issue.body.endsWith(MARKER)).toBe(true);
});

it("leads from what happened through rotation and proof to safe storage", () => {
  const headings = [...renderIssue(subject()).body.matchAll(/^## (.+)$/gm)].map(([, text]) => text);
  expect(headings).toEqual([
    "Rotate it",
    "See that the old key is dead",
    "Progress",
    "Store the new key safely",
    "Make the new key narrower",
    "About the history",
  ]);
  const { body } = renderIssue(subject());
  expect(body).toContain("1. Create a second token.\n2. Switch over.\n3. Verify.\n4. Revoke");
  expect(body).toContain("<https://toy.example.org/keys>");
});

it("says who brought it, when, and where, with links to the line and the commit", () => {
  const { body } = renderIssue(subject());
  expect(body).toContain(
    "- **Introduced**: committed by `Ada` on 2026-11-23, pushed by @mona\n- **Places**:",
  );
  expect(body).toContain(
    `  - [\`src/config.ts:3\`](${REPOSITORY.url}/blob/${COMMIT}/src/config.ts?plain=1#L3) in [\`cccccccccccc\`](${REPOSITORY.url}/commit/${COMMIT})`,
  );
});

it("mentions nobody without access", () => {
  const { body } = renderIssue(subject({ pusher: { login: "stranger", hasAccess: false } }));
  expect(body).toContain("pushed by `stranger`");
  expect(body).not.toContain("@stranger");
});

it("renders no mention, link or HTML that a path or a name brings along", () => {
  const place = reportedPlace({
    path: "@team/<img src=x>/`](https://evil.example.org)",
    authorName: "@octocat <b>`x`",
  });
  const { body } = renderIssue(subject({ key: reportedKey({ places: [place] }) }));
  const html = marked.parse(body) as string;
  expect(html).not.toMatch(/<img|<b>|href="https:\/\/evil/);
  expect(html.replace(/<code>.*?<\/code>/gs, "")).not.toMatch(/@team|@octocat/);
});

it("links to what people wrote, and tells how to clear its edit history", () => {
  const places = [reportedPlace({ kind: "comment", subjectNumber: 5, subjectId: 77 })].map(
    ({ commit: _none, path: _neither, ...place }) => place,
  );
  const { body } = renderIssue(subject({ key: reportedKey({ places }) }));
  expect(body).toContain(`[a comment on #5](${REPOSITORY.url}/issues/5#issuecomment-77)`);
  expect(body).toContain("written by `Ada` on 2026-11-23");
  expect(body).toContain("Delete revision from edit history");
});

it("names the repository when the issue is in another one", () => {
  const { body } = renderIssue(subject({ repositoryName: "acme/shop" }));
  expect(body).toContain("A key leaked in [acme/shop](https://github.com/acme/shop)");
});

it("tells of an earlier issue that everybody could read", () => {
  expect(renderIssue(subject({ wasPublished: true })).body).toContain("became public");
  expect(renderIssue(subject()).body).not.toContain("became public");
});

it("lists 30 places and counts the rest", () => {
  const places = Array.from({ length: 33 }, (_, index) => reportedPlace({ line: index + 1 }));
  const { body } = renderIssue(subject({ key: reportedKey({ places }) }));
  expect(body.match(/^ {2}- \[/gm)).toHaveLength(30);
  expect(body).toContain("  - …and 3 more");
});

it("keeps its steps and its marker however long the paths are", () => {
  const place = reportedPlace({ path: `${"\u{202e}".repeat(200)}${"é/".repeat(1_900)}` });
  const places = Array.from({ length: 30 }, () => place);
  const { body } = renderIssue(subject({ key: reportedKey({ places }) }));
  expect(Buffer.byteLength(body)).toBeLessThan(65_536);
  expect(body).toContain("4. Revoke the old one.");
  expect(body).toMatch(/ {2}- …and \d+ more/);
  expect(body.endsWith(MARKER)).toBe(true);
});

it("keeps the ticks that people set, and only those", () => {
  const { body } = renderIssue(subject());
  const items = [...body.matchAll(/^- \[ \] (.+)$/gm)].map(([, item]) => item);
  expect(items.length).toBeGreaterThan(3);
  const earlier = body
    .replace(`- [ ] ${items[1]}`, `- [x] ${items[1]}`)
    .replace(`- [ ] ${items[2]}`, `- [X] ${items[2]}`)
    .replaceAll("\n", "\r\n");
  const kept = keepTicks(body, earlier);
  expect(kept.match(/^- \[x\]/gm)).toHaveLength(2);
  expect(kept).toContain(`- [x] ${items[1]}`);
  expect(keepTicks(body, "- [x] an item of somebody else")).toBe(body);
});

function subject(changes: Partial<IssueSubject> = {}): IssueSubject {
  return {
    repository: REPOSITORY,
    key: reportedKey(),
    guide: GUIDE,
    pusher: { login: "mona", hasAccess: true },
    wasPublished: false,
    labels: [],
    assignees: ["mona"],
    marker: MARKER,
    ...changes,
  };
}
