/** How the time of a regular expression grows with a hostile text, by recheck's analysis. */
import { checkSync } from "recheck";

/** `unknown` when the analysis found no answer in its time. */
export type Complexity = "safe" | "polynomial" | "exponential" | "unknown";

/** In this process: the other backends start Java or a binary, and wait for it. */
process.env["RECHECK_SYNC_BACKEND"] = "pure";

/** @param timeoutMs for this pattern; most take some milliseconds. */
export function judgePattern(pattern: string, flags: string, timeoutMs: number): Complexity {
  const diagnostics = checkSync(pattern, flags, { timeout: timeoutMs });
  if (diagnostics.status !== "vulnerable") return diagnostics.status;
  return diagnostics.complexity.type === "exponential" ? "exponential" : "polynomial";
}
