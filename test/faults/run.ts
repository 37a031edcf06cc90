/**
 * Breaks things under load, for minutes at a time: `npm run faults [-- NAME[=RUNS]...]`.
 *
 * Everything is real but GitHub: services, git and PostgreSQL are processes of their own, all on
 * loopback. A line says what became of each run; the exit status is 1 unless all counts are zero.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fillDisk } from "./fill-disk.ts";
import { killOne } from "./kill-one.ts";
import { restartPostgres } from "./restart-postgres.ts";
import type { Outcome, Scenario } from "./scenario.ts";

const SCENARIOS: readonly Scenario[] = [killOne, restartPostgres, fillDisk];
const EXIT_FAULTS = 1;
const EXIT_USAGE = 2;

const wanted = new Map(
  process.argv.slice(2).map((arg) => arg.split("=", 2) as [string, string | undefined]),
);
const unknown = [...wanted.keys()].find((name) => SCENARIOS.every((one) => one.name !== name));
if (unknown === undefined) await runAll();
else {
  const names = SCENARIOS.map(({ name }) => name).join(", ");
  process.stderr.write(`There is no run called ${unknown}; there are: ${names}.\n`);
  process.exitCode = EXIT_USAGE;
}

async function runAll(): Promise<void> {
  const outcomes: Outcome[] = [];
  for (const scenario of SCENARIOS) {
    if (wanted.size > 0 && !wanted.has(scenario.name)) continue;
    const runCount = Number(wanted.get(scenario.name) ?? scenario.runCount);
    for (let index = 0; index < runCount; index += 1) {
      const startedAt = performance.now();
      const outcome = await runOnce(scenario, index);
      const seconds = Math.round((performance.now() - startedAt) / 1_000);
      outcomes.push(outcome);
      print(`${scenario.name} ${index + 1}/${runCount}`, outcome, `${seconds} s; ${outcome.note}`);
    }
  }
  const total = addUp(outcomes);
  print("total", total, total.note);
  if (hasFaults(total)) process.exitCode = EXIT_FAULTS;
}

/** The logs of a run that showed a fault are kept. */
async function runOnce(scenario: Scenario, index: number): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "rekeeper-faults-"));
  const outcome = await scenario.run(index, folder);
  if (hasFaults(outcome)) return { ...outcome, note: `${outcome.note}; logs in ${folder}` };
  rmSync(folder, { recursive: true, force: true });
  return outcome;
}

function hasFaults({ pushes: _pushes, note: _note, ...faults }: Outcome): boolean {
  return Object.values(faults).some((count) => count > 0);
}

function addUp(outcomes: readonly Outcome[]): Outcome {
  const sum = (of: (outcome: Outcome) => number): number =>
    outcomes.reduce((total, outcome) => total + of(outcome), 0);
  return {
    pushes: sum(({ pushes }) => pushes),
    checksMissing: sum(({ checksMissing }) => checksMissing),
    checksDoubled: sum(({ checksDoubled }) => checksDoubled),
    checksWrong: sum(({ checksWrong }) => checksWrong),
    issuesMissing: sum(({ issuesMissing }) => issuesMissing),
    issuesDoubled: sum(({ issuesDoubled }) => issuesDoubled),
    note: `${outcomes.length} runs`,
  };
}

function print(title: string, outcome: Outcome, note: string): void {
  const { pushes, checksMissing, checksDoubled, checksWrong } = outcome;
  const { issuesMissing, issuesDoubled } = outcome;
  process.stdout.write(
    `${title}: ${pushes} pushes; checks ${checksMissing} missing, ${checksDoubled} doubled, ` +
      `${checksWrong} wrong; issues ${issuesMissing} missing, ${issuesDoubled} doubled (${note})\n`,
  );
}
