/** A commit that puts a blob at a path where none of its parents has it: where a key comes from. */
import type { ObjectId } from "./ids.ts";

export interface Change {
  readonly commit: ObjectId;
  readonly author: { readonly name: string; readonly email: string };
  readonly committedAt: Date;
  /** As git has it, decoded as UTF-8; bytes that are none become U+FFFD. */
  readonly path: string;
  readonly blob: ObjectId;
  /** The versions at that path in the commit's parents; empty where the path is new. */
  readonly oldBlobs: readonly ObjectId[];
  /**
   * Every blob that the same commit deletes or replaces, at this and all other paths: a key that
   * one of them holds was moved, not introduced. At most 5,000; shared by the commit's changes.
   */
  readonly deletedBlobs: readonly ObjectId[];
}
