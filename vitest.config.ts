/** How the tests run: real processes and databases, so few files at once and generous limits. */
import { statfsSync } from "node:fs";
import { defineConfig, type ViteUserConfig } from "vitest/config";

/**
 * Every service under test makes a data folder of a thousand files. In memory that takes a tenth off
 * the whole run (measured: 57 and 56 s instead of 61 and 63 for four files of it).
 */
const MEMORY_FOLDER = "/dev/shm";
/** Containers often have 64 MB there, which one database fills. */
const MEMORY_BYTES_MIN = 4 * 2 ** 30;

const config: ViteUserConfig = defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // These take minutes and gigabytes: `npm run hostile`.
    exclude: ["test/hostile/**"],
    globalSetup: ["test/support/contract-report.ts"],
    // A test that ends its process or leaks a handle must not take another file's tests with it.
    pool: "forks",
    // Each file may start a database, git and scanning threads of its own. Two cores carry two, and a
    // third while others wait for a fault to pass.
    maxWorkers: 3,
    env: hasMemoryFolder() ? { TMPDIR: MEMORY_FOLDER } : {},
    testTimeout: 30_000,
    hookTimeout: 60_000,
    allowOnly: false,
    passWithNoTests: false,
  },
});
export default config;

function hasMemoryFolder(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY_FOLDER);
    return bavail * bsize >= MEMORY_BYTES_MIN;
  } catch {
    return false;
  }
}
