/** Renders the issue that lists keys for which there is no room yet. Pure. */
import type { IssueContent } from "../github/issues.ts";
import type { ReportedKey, RepositoryLink } from "../model/head-report.ts";
import { cutToBytes } from "./cut.ts";
import { ISSUE_LABEL } from "./issue.ts";
import { renderKeyTable } from "./key-table.ts";

export interface SummarySubject {
  readonly repository: RepositoryLink;
  /** `owner/name`. */
  readonly repositoryName: string;
  /** In the order in which they will get issues of their own. */
  readonly keys: readonly ReportedKey[];
  readonly marker: string;
}

const BODY_BYTES_MAX = 60_000;

export function renderSummaryIssue(subject: SummarySubject): IssueContent {
  const { keys, repositoryName } = subject;
  const body =
    keys.length === 0
      ? `No leaked key of ${repositoryName} waits for an issue any more.`
      : `${keys.length.toLocaleString("en")} more keys leaked in ${repositoryName}. Each gets an issue of its own as soon as one of the open ones closes: keys in current files first, then by severity.\n\n${renderKeyTable(subject.repository, keys)}`;
  return {
    title: `Leaked keys that wait for an issue (${keys.length.toLocaleString("en")})`,
    body: `${cutToBytes(body, BODY_BYTES_MAX)}\n\n${subject.marker}`,
    labels: ["rekeeper", ISSUE_LABEL],
    assignees: [],
  };
}
