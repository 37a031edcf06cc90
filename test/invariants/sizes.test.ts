/** How long files may be: long ones are two ideas in one place. */
import { expect, it } from "vitest";
import { listTextFiles, type TextFile } from "../support/repository-files.ts";

interface Limit {
  readonly files: RegExp;
  readonly linesMax: number;
  /** What to do about a file that is too long. */
  readonly advice: string;
}

/** The first limit whose pattern fits a file holds; lines of code are at most 100 columns (Biome). */
const LIMITS: readonly Limit[] = [
  { files: /^src\//, linesMax: 400, advice: "split it: one file, one idea" },
  { files: /^test\/.*\.ts$/, linesMax: 600, advice: "split it by behaviour" },
  { files: /^rules\/.*\.yml$/, linesMax: 200, advice: "split the provider by product" },
  { files: /^ARCHITECTURE\.md$/, linesMax: 200, advice: "keep the map, move the detail" },
  { files: /^CONTRIBUTING\.md$/, linesMax: 150, advice: "keep what everybody needs" },
];

/** `lib` is for what has no domain word; when it grows, something in it has one. */
const LIB_LINES_MAX = 500;

const files = listTextFiles((path) => LIMITS.some((limit) => limit.files.test(path)));

it("no file is longer than its kind may be", () => {
  expect(listTooLong(files)).toEqual([]);
});

it("src/lib stays small as a whole", () => {
  expect(countLibLines(files)).toBeLessThanOrEqual(LIB_LINES_MAX);
});

it.each([
  ["src/job/a.ts", 401],
  ["src/sandbox/page/a.css", 401],
  ["test/unit/a.test.ts", 601],
  ["rules/a.yml", 201],
  ["ARCHITECTURE.md", 201],
  ["CONTRIBUTING.md", 151],
])("reports a planted %s of %i lines, and none of one line less", (path, lines) => {
  const planted = (count: number): TextFile => ({ path, text: "x\n".repeat(count) });
  expect(listTooLong([planted(lines)])).toEqual([expect.stringContaining(`${path}: ${lines}`)]);
  expect(listTooLong([planted(lines - 1)])).toEqual([]);
});

it("counts a planted file into the size of src/lib", () => {
  const planted = { path: "src/lib/a.ts", text: "x\n".repeat(LIB_LINES_MAX + 1) };
  expect(countLibLines([planted])).toBe(LIB_LINES_MAX + 1);
});

function listTooLong(candidates: readonly TextFile[]): string[] {
  return candidates.flatMap(({ path, text }) => {
    const limit = LIMITS.find((candidate) => candidate.files.test(path));
    const lines = countLines(text);
    if (limit === undefined || lines <= limit.linesMax) return [];
    return [`${path}: ${lines} lines, at most ${limit.linesMax}: ${limit.advice}`];
  });
}

function countLibLines(candidates: readonly TextFile[]): number {
  return candidates
    .filter(({ path }) => path.startsWith("src/lib/"))
    .reduce((sum, { text }) => sum + countLines(text), 0);
}

function countLines(text: string): number {
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}
