import { expect, it } from "vitest";
import type { ReportedPlace } from "../../../src/model/head-report.ts";
import { renderPlace } from "../../../src/report/place.ts";
import { COMMIT, REPOSITORY, reportedPlace } from "../../support/reports.ts";

it.each<[Partial<ReportedPlace>, string, string]>([
  [{ kind: "file" }, "`src/config.ts:3`", `blob/${COMMIT}/src/config.ts?plain=1#L3`],
  [{ kind: "file", lineEnd: 9 }, "`src/config.ts:3`", `blob/${COMMIT}/src/config.ts?plain=1#L3-L9`],
  [
    { kind: "file", path: "a (1).txt" },
    "`a (1).txt:3`",
    `blob/${COMMIT}/a%20%281%29.txt?plain=1#L3`,
  ],
  [{ kind: "file-name" }, "the name of `src/config.ts`", `commit/${COMMIT}`],
  [{ kind: "commit-message" }, "the message of `cccccccccccc`, line 3", `commit/${COMMIT}`],
  [{ kind: "tag-message" }, "the message of tag `cccccccccccc`", "tags"],
  [{ kind: "issue", subjectNumber: 5 }, "title or description of #5", "issues/5"],
  [{ kind: "pull", subjectNumber: 5 }, "title or description of #5", "pull/5"],
  [
    { kind: "comment", subjectNumber: 5, subjectId: 7 },
    "a comment on #5",
    "issues/5#issuecomment-7",
  ],
  [
    { kind: "review", subjectNumber: 5, subjectId: 7 },
    "a review of #5",
    "pull/5#pullrequestreview-7",
  ],
  [
    { kind: "review-comment", subjectNumber: 5, subjectId: 7 },
    "a review of #5",
    "pull/5#discussion_r7",
  ],
  [{ kind: "release", subjectId: 7 }, "release notes", "releases"],
])("links %j to where it stands", (changes, label, path) => {
  const place = reportedPlace(changes);
  expect(renderPlace(REPOSITORY, place, "text")).toBe(`[${label}](${REPOSITORY.url}/${path})`);
});

it("writes bars out inside a table only", () => {
  const place = reportedPlace({ path: "a|b" });
  expect(renderPlace(REPOSITORY, place, "text")).toMatch(/^\[`a\|b:3`\]\(/);
  expect(renderPlace(REPOSITORY, place, "table")).toMatch(/^\[`a\\u\{7c\}b:3`\]\(/);
});
