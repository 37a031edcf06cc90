/** Places in words: what people click on or paste. */
import type { Place } from "../../model/finding.ts";
import { spellOut } from "../../report/escape.ts";
import type { Origin } from "./item.ts";
import type { FoundKey, ScanGap } from "./report.ts";

/** Digits of a commit that are shown: git takes them for the whole in all but giant histories. */
const COMMIT_DIGITS = 10;

/** `src/a.ts:3:14`, and who brought it where that is known. */
export function labelOf(key: Pick<FoundKey, "origin" | "place" | "inside">): string {
  const { origin, place, inside } = key;
  const archived = inside === undefined ? "" : `!${spellOut(inside)}`;
  return `${whereOf(origin)}${archived}${positionOf(origin, place)}${commitOf(origin)}`;
}

/** The file or object that a gap is about. */
export function labelOfGap({ origin, object }: ScanGap): string {
  if (object !== undefined) return `object ${object.slice(0, COMMIT_DIGITS)}`;
  return `${whereOf(origin)}${commitOf(origin)}`;
}

function whereOf({ kind, path, commit }: Origin): string {
  const name = path === undefined ? undefined : spellOut(path);
  const id = commit?.id.slice(0, COMMIT_DIGITS) ?? "";
  switch (kind) {
    case "file":
      return name ?? "a file without a name";
    case "file-name":
      return `the name of ${name ?? "a file"}`;
    case "commit-message":
      return `message of commit ${id}`;
    case "tag-message":
      return `message of tag ${id}`;
    case "text":
      return "standard input";
  }
}

function positionOf({ kind }: Origin, { line, column }: Place): string {
  return kind === "file-name" ? "" : `:${line}:${column}`;
}

function commitOf({ kind, commit }: Origin): string {
  if (commit === undefined || kind !== "file") return "";
  const day = commit.committedAt?.toISOString().slice(0, 10) ?? "";
  const facts = [commit.id.slice(0, COMMIT_DIGITS), spellOut(commit.authorName ?? ""), day];
  return `  (${facts.filter((fact) => fact !== "").join(", ")})`;
}
