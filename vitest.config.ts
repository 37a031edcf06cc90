/** How the tests run: real processes and databases, so few files at once and generous limits. */
import { defineConfig, type ViteUserConfig } from "vitest/config";

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
    testTimeout: 30_000,
    hookTimeout: 60_000,
    allowOnly: false,
    passWithNoTests: false,
  },
});
export default config;
