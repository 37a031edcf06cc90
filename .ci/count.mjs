/** Prints how many tests passed and failed, from vitest's report and its exit code. */
import { readFileSync } from "node:fs";

const [path, exitCode] = process.argv.slice(2);
const { numPassedTests = 0, numFailedTests = 0 } = readReport();
// A file that cannot be loaded fails the run without a failed test.
const failed = exitCode === "0" ? numFailedTests : Math.max(1, numFailedTests);
process.stdout.write(`${numPassedTests} ${failed}\n`);

function readReport() {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    // The run ended before it could write one; its exit code says so.
    return {};
  }
}
