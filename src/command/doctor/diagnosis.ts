/** One answer of the doctor: what was looked at, how it is, and what to do about it. */

/** `problem`: something does not work. `warning`: it works, but not as it should. */
export type DiagnosisLevel = "ok" | "warning" | "problem";

export interface Diagnosis {
  /** What was looked at, in a word or two. */
  readonly about: string;
  readonly level: DiagnosisLevel;
  /** How it is, in a sentence. */
  readonly text: string;
  /** What to do, in a sentence; absent where nothing is to be done. */
  readonly advice?: string;
  /** Something to copy as it is. */
  readonly paste?: string;
}
