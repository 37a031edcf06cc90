/** Texts that people write on GitHub, taken from the payload: an edit would lose them. */
import type { TextPlaceKind } from "../model/occurrence.ts";

export interface EventText {
  readonly kind: TextPlaceKind;
  readonly text: string;
  readonly subjectNumber?: number;
  readonly subjectId?: number;
}

interface Written {
  readonly id: number;
  readonly body?: string | null;
}

interface Branch {
  readonly ref: string;
}

interface Subject {
  readonly number: number;
  readonly title?: string;
  readonly body?: string | null;
}

/** The parts of the payloads that hold texts; each event has some of them. */
export interface TextPayload {
  readonly action?: string;
  readonly issue?: Subject & { readonly pull_request?: unknown };
  readonly pull_request?: Subject & { readonly head?: Branch; readonly base?: Branch };
  /** Of a push: the branch or tag, in full. */
  readonly ref?: string;
  readonly comment?: Written;
  readonly review?: Written;
  readonly release?: Written & { readonly name?: string | null };
}

/** Only what this event wrote: a comment's event repeats the issue, which had its own. */
export function textsOf(event: string, payload: TextPayload): readonly EventText[] {
  const { issue, pull_request: pull, comment, review, release } = payload;
  switch (event) {
    case "push":
      return [{ kind: "ref-name", text: payload.ref ?? "" }];
    case "issues":
      return subjectText("issue", issue);
    case "pull_request":
      return [...subjectText("pull", pull), ...branchNames(pull)];
    case "issue_comment":
      return writtenText("comment", comment, issue?.number);
    case "pull_request_review":
      return writtenText("review", review, pull?.number);
    case "pull_request_review_comment":
      return writtenText("review-comment", comment, pull?.number);
    case "release":
      return releaseText(release);
    default:
      return [];
  }
}

function subjectText(kind: "issue" | "pull", subject: Subject | undefined): readonly EventText[] {
  if (subject === undefined) return [];
  const text = `${subject.title ?? ""}\n${subject.body ?? ""}`;
  return [{ kind, text, subjectNumber: subject.number }];
}

/** A fork's branch is pushed where this App sees no push, and shown on the pull request's page. */
function branchNames(pull: TextPayload["pull_request"]): readonly EventText[] {
  const refs = [pull?.head?.ref, pull?.base?.ref].filter((ref) => ref !== undefined);
  return [...new Set(refs)].map((ref) => ({
    kind: "ref-name",
    text: `refs/heads/${ref}`,
    ...(pull !== undefined && { subjectNumber: pull.number }),
  }));
}

function writtenText(
  kind: TextPlaceKind,
  written: Written | undefined,
  subjectNumber: number | undefined,
): readonly EventText[] {
  if (written?.body == null || subjectNumber === undefined) return [];
  return [{ kind, text: written.body, subjectNumber, subjectId: written.id }];
}

function releaseText(release: TextPayload["release"]): readonly EventText[] {
  if (release === undefined) return [];
  const text = `${release.name ?? ""}\n${release.body ?? ""}`;
  return [{ kind: "release", text, subjectId: release.id }];
}
