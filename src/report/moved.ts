/** What is left in a repository that became public, where an issue or comment told of a key. */
import { COMMENT_MARKER } from "./comment.ts";

const MOVED =
  "This repository became public, so what Rekeeper tells its maintainers moved to a private place: the repository that the organisation chose for it, or `rekeeper leaks`.";

export function renderMovedIssue(): { readonly title: string; readonly body: string } {
  return { title: "Moved by Rekeeper", body: MOVED };
}

export function renderMovedComment(): string {
  return `${MOVED}\n\n${COMMENT_MARKER}`;
}
