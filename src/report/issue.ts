/** Renders the issue that leads one key through its rotation. Pure. */
import type { IssueContent } from "../github/issues.ts";
import type { ReportedKey, ReportedPlace, RepositoryLink } from "../model/head-report.ts";
import type { Silence } from "../model/policy.ts";
import type { ProviderGuide } from "../model/rule.ts";
import { cutToBytes } from "./cut.ts";
import { EDIT_HISTORY } from "./edit-history.ts";
import { codeSpan } from "./escape.ts";
import { renderPlace } from "./place.ts";
import { renderSilence } from "./policy.ts";
import { STORE_SAFELY } from "./store-safely.ts";

export const ISSUE_LABEL = "leaked-key";

export interface IssueSubject {
  readonly repository: RepositoryLink;
  /** `owner/name` of the key's repository, where the issue is in another one. */
  readonly repositoryName?: string;
  /** True when an earlier issue about the key stood where anyone can read it now. */
  readonly wasPublished: boolean;
  readonly key: ReportedKey;
  readonly guide: ProviderGuide;
  /** Who pushed it first; mentioned only when they have access to the repository. */
  readonly pusher?: { readonly login: string; readonly hasAccess: boolean };
  readonly assignees: readonly string[];
  /** Further labels, as configured. */
  readonly labels: readonly string[];
  /** A team to tell, as `owner/team`: GitHub assigns people only. */
  readonly team?: string;
  /** Set where the configuration has silenced the key since: the issue is then closed. */
  readonly silence?: Silence;
  /** Hidden text by which this issue is found again. */
  readonly marker: string;
}

/** GitHub takes 65,536; the rest is room for the marker and for edits by people. */
const BODY_BYTES_MAX = 60_000;
const PLACES_MAX = 30;
/** Paths may be long: the places must not push the steps out of the issue. */
const PLACES_CHARACTERS_MAX = 20_000;

export function renderIssue(subject: IssueSubject): IssueContent {
  const { key, guide } = subject;
  const body = [
    leadOf(subject),
    factsOf(subject),
    ...(subject.silence === undefined ? [] : [silencedBy(subject.silence)]),
    ...(subject.wasPublished ? [PUBLISHED] : []),
    `## Rotate it\n\n${numbered(guide.steps)}\n\nThe page for it: <${guide.rotatePage}>. Background: <${guide.docs}>.`,
    `## See that the old key is dead\n\n${guide.proof}`,
    `## Progress\n\n${CHECKLIST.map((item) => `- [ ] ${item}`).join("\n")}`,
    STORE_SAFELY,
    `## Make the new key narrower\n\n${guide.scope}`,
    historyOf(key),
  ].join("\n\n");
  return {
    title: `Leaked key: ${key.ruleName} (${key.keyId})`,
    body: `${cutToBytes(body, BODY_BYTES_MAX)}\n\n${subject.marker}`,
    labels: ["rekeeper", ISSUE_LABEL, `severity:${key.severity}`, ...subject.labels],
    assignees: subject.assignees,
  };
}

/** Ticks that people set in an earlier body of the same issue stay set. */
export function keepTicks(body: string, earlierBody: string): string {
  const ticked = new Set(
    [...earlierBody.matchAll(/^- \[[xX]\] (.+?)\r?$/gm)].map((match) => match[1]),
  );
  return body.replace(/^- \[ \] (.+)$/gm, (line, item: string) =>
    ticked.has(item) ? `- [x] ${item}` : line,
  );
}

const CHECKLIST = [
  "A new key is made, with no more rights than it needs",
  "Everything that used the old key uses the new one",
  "The old key is revoked, and a call with it is refused",
  "The new key is stored outside the source tree",
  "The line is gone from the current files",
] as const;

/** Hidden text that tells an issue which the configuration closed from one that a person closed. */
export const SILENCED_MARKER = "<!-- rekeeper:silenced -->";

function silencedBy(silence: Silence): string {
  return `**No longer reported**: ${renderSilence(silence)}. That is no proof that the key is dead. This issue is closed for it, and opens again when the configuration stops saying so.\n${SILENCED_MARKER}`;
}

const PUBLISHED =
  "The repository became public. What Rekeeper had written there was emptied, but GitHub keeps earlier versions of edited texts, and anyone can open them: delete those issues and comments, or their earlier versions. Annotations of check runs cannot be taken back by anyone; they name paths and masks, no key.";

/** Texts outside git keep their edits too, and those can be deleted by hand. */
function historyOf(key: ReportedKey): string {
  const isInText = key.places.some((place) => place.commit === undefined);
  return isInText ? `${HISTORY}\n\n${EDIT_HISTORY}` : HISTORY;
}

const HISTORY = `## About the history

Rewriting history does not undo the leak: clones, forks, caches and the pages of old commits keep the
text. Once the key is dead the text is harmless, and it can stay.`;

function leadOf({ key, repository, repositoryName }: IssueSubject): string {
  const where =
    repositoryName === undefined ? "this repository" : `[${repositoryName}](${repository.url})`;
  return `A key leaked in ${where}: **${key.ruleName}** (${key.providerName}). Everyone who can read it there, and everyone who could since, may have it: treat it as known to others and replace it.`;
}

function factsOf(subject: IssueSubject): string {
  const { key, repository, pusher } = subject;
  const first = key.places[0];
  return [
    `- **Key**: ${codeSpan(key.masked)}, id \`${key.keyId}\``,
    `- **Severity**: ${key.severity}`,
    `- **Alive**: ${ALIVE[key.verdict]}`,
    ...(first === undefined ? [] : [`- **Introduced**: ${introducedBy(first, pusher)}`]),
    ...(subject.team === undefined ? [] : [`- **Owner**: @${subject.team}`]),
    "- **Places**:",
    ...listPlaces(repository, key.places),
  ].join("\n");
}

function listPlaces(repository: RepositoryLink, places: readonly ReportedPlace[]): string[] {
  const lines: string[] = [];
  let characters = 0;
  for (const place of places.slice(0, PLACES_MAX)) {
    const line = `  - ${renderPlace(repository, place, "text")}${inCommit(repository, place)}`;
    characters += line.length;
    if (characters > PLACES_CHARACTERS_MAX) break;
    lines.push(line);
  }
  const restCount = places.length - lines.length;
  return restCount === 0 ? lines : [...lines, `  - …and ${restCount} more`];
}

function introducedBy(first: ReportedPlace, pusher: IssueSubject["pusher"]): string {
  const date = first.writtenAt.toISOString().slice(0, 10);
  const isCommit = first.commit !== undefined;
  const author = `${isCommit ? "committed" : "written"} by ${codeSpan(first.authorName)} on ${date}`;
  if (pusher === undefined || !isCommit) return author;
  return `${author}, pushed by ${pusher.hasAccess ? `@${pusher.login}` : codeSpan(pusher.login)}`;
}

const ALIVE: Readonly<Record<ReportedKey["verdict"], string>> = {
  active: "**yes, its provider accepts it**",
  inactive: "no, its provider refuses it",
  unknown: "not checked; assume that it is",
  uncheckable: "cannot be checked from here; assume that it is",
};

function inCommit(repository: RepositoryLink, { kind, commit }: ReportedPlace): string {
  if (kind !== "file" || commit === undefined) return "";
  return ` in [\`${commit.slice(0, 12)}\`](${repository.url}/commit/${commit})`;
}

function numbered(steps: readonly string[]): string {
  return steps.map((step, index) => `${index + 1}. ${step}`).join("\n");
}
