/** A commit that brings a blob to a path: where a key comes from. */
import type { ObjectId } from "./ids.ts";

export interface Change {
  readonly commit: ObjectId;
  readonly author: { readonly name: string; readonly email: string };
  readonly committedAt: Date;
  /** Bytes read as UTF-8, what is invalid as U+FFFD; may hold any character a file name can. */
  readonly path: string;
  readonly blob: ObjectId;
  /** The versions at that path in each parent; empty where the path is new. */
  readonly oldBlobs: readonly ObjectId[];
  /** What the same commit deletes or replaces elsewhere: a key that moved is no new key. */
  readonly deletedBlobs: readonly ObjectId[];
}
