/** What is known and decided about one key in one repository. */

/** What people decided; `revoked` needs proof or the word of a person with rights. */
export type TriageState =
  | "open"
  | "rotating"
  | "revoked"
  | "false-positive"
  | "accepted"
  | "test-key";

/** States in which an incident still wants something done. */
export const OPEN_STATES: readonly TriageState[] = ["open", "rotating"];

/** Whether a key still works, as far as its provider told. */
export type Verdict = "active" | "inactive" | "unknown" | "uncheckable";
