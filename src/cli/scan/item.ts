/** What a scan reads, piece by piece, each with where it comes from. */
import type { Finding } from "../../model/finding.ts";
import type { Fragment, Gap } from "../../model/fragment.ts";
import type { ObjectId } from "../../model/ids.ts";

/** `text` is standard input. */
export type OriginKind = "file" | "file-name" | "commit-message" | "tag-message" | "text";

export interface Origin {
  readonly kind: OriginKind;
  /** Of a file: as it is called from where the scan began. */
  readonly path?: string;
  readonly commit?: OriginCommit;
  /** Of a text that lists the names of files, one a line. */
  readonly names?: readonly string[];
}

export interface OriginCommit {
  readonly id: ObjectId;
  /** As the commit claims. */
  readonly authorName?: string;
  readonly committedAt?: Date;
}

export interface ScanItem extends Fragment {
  readonly origin: Origin;
}

/** Something that was to be scanned and was not, or not all of it. */
export interface Skipped {
  readonly origin: Origin;
  readonly gap: Gap;
}

/** An item that holds something. */
export interface Hit {
  readonly origin: Origin;
  readonly blob: ObjectId;
  readonly findings: readonly Finding[];
}

/** What came of some items. */
export interface Scanned {
  readonly hits: readonly Hit[];
  readonly skipped: readonly Skipped[];
  /** Of a repository: where blobs were brought to that the reading asked about. */
  readonly originOf?: (blob: ObjectId) => Origin | undefined;
}
