/** Whole processes: this program against others, and against what can be reached at all. */
import { rmSync } from "node:fs";
import { listCommands, type Scanner } from "./commands.ts";
import { measure, type ProcessCost } from "./process-cost.ts";
import type { Subject } from "./subject.ts";

/** The scanner that the others are compared with. */
const OWN = "rekeeper, 1 thread";

/** Lines of Markdown: a table for each subject. Every scanner runs once to warm up. */
export function benchScanners(subjects: readonly Subject[], rounds: number): string[] {
  return subjects.flatMap((subject) => benchSubject(subject, rounds));
}

function benchSubject(subject: Subject, rounds: number): string[] {
  const { scanners, workDir } = listCommands(subject);
  try {
    const costs = new Map<Scanner, ProcessCost[]>(scanners.map((scanner) => [scanner, []]));
    for (let round = 0; round <= rounds; round++) {
      for (const [scanner, measured] of costs) {
        const cost = measure(scanner.command);
        if (round > 0) measured.push(cost);
      }
    }
    return [
      `## ${subject.isHistory ? "History" : "Tree"}: ${subject.name}`,
      "",
      `${scanners[0]?.what ?? ""} One run to warm up, then ${rounds} interleaved.`,
      "",
      "| whole process | CPU s, least | CPU s, median | wall s, least | MB resident | exit | CPU against ours |",
      "|---|--:|--:|--:|--:|--:|--:|",
      ...renderRows(costs),
      "",
    ];
  } finally {
    rmSync(workDir, { recursive: true, force: true });
  }
}

function renderRows(costs: ReadonlyMap<Scanner, readonly ProcessCost[]>): string[] {
  const least = (measured: readonly ProcessCost[]) =>
    Math.min(...measured.map(({ cpuSeconds }) => cpuSeconds));
  const own = [...costs].find(([{ name }]) => name === OWN)?.[1] ?? [];
  return [...costs]
    .toSorted(([, a], [, b]) => least(a) - least(b))
    .map(([{ name, version }, measured]) => {
      const sorted = measured.toSorted((a, b) => a.cpuSeconds - b.cpuSeconds);
      const median = sorted[Math.floor(sorted.length / 2)]?.cpuSeconds ?? 0;
      const wall = Math.min(...measured.map(({ wallSeconds }) => wallSeconds));
      const memory = Math.max(...measured.map(({ residentBytes }) => residentBytes));
      const cells = [
        version === "" ? name : `${name} (${version})`,
        least(measured).toFixed(2),
        median.toFixed(2),
        wall.toFixed(2),
        memory === 0 ? "" : (memory / 1e6).toFixed(0),
        [...new Set(measured.map(({ exitCode }) => exitCode))].join(", "),
        (least(measured) / least(own)).toFixed(2),
      ];
      return `| ${cells.join(" | ")} |`;
    });
}
