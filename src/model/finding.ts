/** A rule that matched at a place: in clear inside the scanning thread, masked everywhere else. */
import type { Fingerprint, RuleId } from "./ids.ts";
import type { KeyText } from "./key-text.ts";

/** What detection returns. It holds the key's text and must not leave the thread that made it. */
export interface RawFinding {
  readonly rule: RuleId;
  /** The secret: of a pair the secret part. */
  readonly key: KeyText;
  /** The public half of a pair, such as an access key id; masked like the key. */
  readonly companion?: KeyText;
  readonly place: Place;
  /** Path within an archive, which `place` is then in; `!` before the path in an inner archive. */
  readonly inside?: string;
}

/**
 * Where in a text a key stands, from its first to its last character, both included. Lines and
 * columns count from 1, columns in characters (code points).
 */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly lineEnd: number;
  readonly columnEnd: number;
}

/** A finding that may be stored, logged and shown. */
export interface Finding {
  readonly rule: RuleId;
  readonly fingerprint: Fingerprint;
  /** For example `ghp_…x7Qa`; of a pair with the masked companion before it. */
  readonly masked: string;
  readonly place: Place;
  /** Path within an archive, which `place` is then in. */
  readonly inside?: string;
}
