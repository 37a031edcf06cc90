/** What is left where an issue or comment told of a key that is told of elsewhere now. */
import { COMMENT_MARKER } from "./comment.ts";

const MOVED =
  "This repository became public, so what Rekeeper tells its maintainers moved to a private place: the repository that the organisation chose for it, or `rekeeper leaks`.";

const ELSEWHERE =
  "The configuration names another repository for what Rekeeper tells of leaked keys, or none any more, so this issue moved there.";

/** `public`: anyone can read the repository now. `configured`: another place was chosen. */
export type MoveReason = "public" | "configured";

export function renderMovedIssue(why: MoveReason): {
  readonly title: string;
  readonly body: string;
} {
  return { title: "Moved by Rekeeper", body: why === "public" ? MOVED : ELSEWHERE };
}

export function renderMovedComment(): string {
  return `${MOVED}\n\n${COMMENT_MARKER}`;
}
