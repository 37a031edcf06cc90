/**
 * Measures the scanner: `npm run bench -- [--record] [--rounds COUNT] [NAME=FOLDER...]`.
 *
 * First both engines in this process, on each tree that is given; then whole processes, on each
 * tree and on the history of each bare repository: this program and those of others that are on
 * the PATH. All take turns, so that what else the machine does meets all of them.
 * `--record` writes bench/record/<date>-<machine>.md.
 */
import { writeFileSync } from "node:fs";
import { arch, cpus, loadavg, platform, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { benchEngines } from "./engines.ts";
import { benchScanners } from "./scanners.ts";
import { parseSubjects } from "./subject.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    record: { type: "boolean", default: false },
    rounds: { type: "string", default: "3" },
  },
});
const subjects = parseSubjects(positionals);
const date = new Date().toISOString().slice(0, 10);
const machine = cpus()[0]?.model ?? "unknown processor";
const report = [
  `# Benchmark, ${date}`,
  "",
  `${machine}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ` +
    `${platform()} ${arch()}, Node ${process.version}; load ${loadavg()[0]?.toFixed(1)} at the start. MB are 10^6 bytes.`,
  "",
  ...benchEngines(subjects.filter(({ isHistory }) => !isHistory)),
  ...benchScanners(subjects, Number(values.rounds)),
].join("\n");
console.log(report);
if (values.record) {
  const name = `${date}-${machine.toLowerCase().replace(/[^a-z0-9]+/g, "-")}.md`;
  writeFileSync(join(import.meta.dirname, "record", name), report);
}
