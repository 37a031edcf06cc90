/** Renders the one comment that Rekeeper keeps on a pull request or an issue. Pure. */
import type { ReportedKey, RepositoryLink } from "../model/head-report.ts";
import { cutToBytes } from "./cut.ts";
import { EDIT_HISTORY } from "./edit-history.ts";
import { FIRST_STEPS, renderKeyTable } from "./key-table.ts";

export interface CommentSubject {
  readonly repository: RepositoryLink;
  /** Open keys that the commits of the pull request introduce. */
  readonly commitKeys: readonly ReportedKey[];
  /** Open keys in title, description, comments and reviews. */
  readonly textKeys: readonly ReportedKey[];
}

/** Hidden text by which the comment is found again. */
export const COMMENT_MARKER = "<!-- rekeeper:comment -->";
/** GitHub takes 65,536; the marker has to fit in as well. */
const BODY_BYTES_MAX = 60_000;

/** Undefined when there is nothing to say: a comment that exists then says that all is well. */
export function renderComment(subject: CommentSubject): string | undefined {
  const { repository, commitKeys, textKeys } = subject;
  const count = commitKeys.length + textKeys.length;
  if (count === 0) return undefined;
  const sections = [
    `### Rekeeper: ${count === 1 ? "a key" : `${count} keys`} leaked here`,
    commitKeys.length > 0 &&
      `Introduced by the commits of this pull request:\n\n${renderKeyTable(repository, commitKeys)}`,
    textKeys.length > 0 &&
      `In what is written here:\n\n${renderKeyTable(repository, textKeys)}\n\n${EDIT_HISTORY}`,
    FIRST_STEPS,
  ];
  const body = sections.filter((section) => section !== false).join("\n\n");
  return `${cutToBytes(body, BODY_BYTES_MAX)}\n\n${COMMENT_MARKER}`;
}

/** What an existing comment says when no open key is left. */
export function renderAllClear(): string {
  return `### Rekeeper: no open leaked key here\n\nThe keys that stood here are settled: dead, triaged, or no longer introduced.\n\n${COMMENT_MARKER}`;
}
