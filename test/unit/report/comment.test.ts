import { expect, it } from "vitest";
import { COMMENT_MARKER, renderAllClear, renderComment } from "../../../src/report/comment.ts";
import { REPOSITORY, reportedKey, reportedPlace } from "../../support/reports.ts";

const nothing = { repository: REPOSITORY, commitKeys: [], textKeys: [] };
const textKey = reportedKey({
  keyId: "1111111111",
  places: [{ ...reportedPlace(), kind: "pull", subjectNumber: 5 }],
});

it("is not there when there is nothing to say", () => {
  expect(renderComment(nothing)).toBeUndefined();
});

it("lists what commits bring apart from what is written, with the first steps", () => {
  const body = renderComment({ ...nothing, commitKeys: [reportedKey()], textKeys: [textKey] });
  expect(body).toMatch(/^### Rekeeper: 2 keys leaked here\n/);
  expect(body).toMatch(/Introduced by the commits.*`0123456789`.*In what is written here/s);
  expect(body).toMatch(/In what is written here.*title or description of #5.*`1111111111`/s);
  expect(body).toContain("Delete revision from edit history");
  expect(body).toContain("1. **Rotate it**");
  expect(body?.endsWith(COMMENT_MARKER)).toBe(true);
});

it("says nothing of edit histories when only commits are meant", () => {
  const body = renderComment({ ...nothing, commitKeys: [reportedKey()] });
  expect(body).toMatch(/^### Rekeeper: a key leaked here\n/);
  expect(body).not.toContain("edit history");
});

it("is found again however long it would be", () => {
  const place = reportedPlace({ path: "é/".repeat(2_000) });
  const commitKeys = Array.from({ length: 100 }, () => reportedKey({ places: [place] }));
  const body = renderComment({ ...nothing, commitKeys }) ?? "";
  expect(Buffer.byteLength(body)).toBeLessThan(65_536);
  expect(body.endsWith(COMMENT_MARKER)).toBe(true);
});

it("says that all is well once nothing is open, under the same marker", () => {
  expect(renderAllClear()).toContain("no open leaked key");
  expect(renderAllClear().endsWith(COMMENT_MARKER)).toBe(true);
});
