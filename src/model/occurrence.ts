/** A place where a key stands: in a commit, or in what people write on GitHub. */
import type { Place } from "./finding.ts";
import type { ObjectId } from "./ids.ts";

/** Places that a commit or tag brings. */
export type CommitPlaceKind = "file" | "file-name" | "commit-message" | "tag-message";
/** Places outside of commits: names of branches and tags, and what people write; `issue` and `pull` are title and description. */
export type TextPlaceKind =
  | "ref-name"
  | "issue"
  | "pull"
  | "comment"
  | "review"
  | "review-comment"
  | "release";
export type PlaceKind = CommitPlaceKind | TextPlaceKind;

export interface CommitOccurrence {
  readonly kind: CommitPlaceKind;
  readonly commit: ObjectId;
  /** Of a file or a file name; a key in it is masked. */
  readonly path?: string;
  /** Path within an archive, which `place` is then in; a key in it is masked. */
  readonly inside?: string;
  readonly place: Place;
  /** As the commit claims; anyone may put any name there. */
  readonly authorName: string;
  readonly writtenAt: Date;
}

export interface TextOccurrence {
  readonly kind: TextPlaceKind;
  /** Of a branch or tag its full name, with the key in it masked. */
  readonly path?: string;
  /** Number of the issue or pull request; none for a release. */
  readonly subjectNumber?: number;
  /** GitHub's id of the comment, review or release. */
  readonly subjectId?: number;
  readonly place: Place;
  readonly authorName: string;
  readonly writtenAt: Date;
}

export type Occurrence = CommitOccurrence | TextOccurrence;
