import pc from "picocolors";
import { expect, it } from "vitest";
import { columnsOf } from "../../../src/cli/columns.ts";
import { renderStatusTable } from "../../../src/cli/render-status.ts";
import type { RepositoryStatus, StatusTotals } from "../../../src/command/read-status.ts";

const TOTALS: StatusTotals = {
  installations: 1,
  departedInstallations: 0,
  repositories: 1,
  jobs: { waiting: 3, running: 1, dead: 0 },
  lastDeliveryAt: "2026-01-02T03:04:05.000Z",
};

const STATUS: RepositoryStatus = {
  repository: "acme/shop",
  state: "active",
  scannedAt: "2026-01-02T03:04:05.000Z",
  history: "read",
  historyRefsRead: 4,
  refsKnown: 4,
  jobs: { waiting: 0, running: 0, dead: 0 },
  failedGaps: 0,
  naturalGaps: 0,
};

it("shows a repository in a line, and the totals below", () => {
  expect(render([{}])).toBe(`REPOSITORY  SCANNED           HISTORY  WAITING  DEAD  GAPS
acme/shop   2026-01-02 03:04  read     0        0     0

Repositories: 1. Installations: 1, and 0 that left.
3 jobs wait, 1 run, 0 failed for good.
The last webhook came at 2026-01-02T03:04:05.000Z.
`);
});

it.each<[string, Partial<RepositoryStatus>, string]>([
  ["how far a history is", { history: "reading", historyRefsRead: 2, refsKnown: 9 }, "2 of 9 refs"],
  ["what was never scanned", { scannedAt: null }, "never"],
  ["what will be tried again", { naturalGaps: 3, failedGaps: 2 }, "3 + 2 to retry"],
  ["an archived repository", { state: "archived" }, "acme/shop (archived)"],
])("tells %s", (_what, change, shown) => {
  expect(render([change])).toContain(shown);
});

it("marks what is broken in red, and nothing else", () => {
  const colors = pc.createColors(true);
  const text = renderStatusTable(
    { totals: TOTALS, repositories: [{ ...STATUS, failedGaps: 1 }, STATUS] },
    colors,
  );
  expect(text.split("\n").map((line) => line.includes(`${String.fromCodePoint(27)}[31m`))).toEqual([
    false,
    true,
    false,
    ...Array(5).fill(false),
  ]);
});

it("stays within 100 columns, and lets no name break a line", () => {
  const text = render([
    {
      repository: `acme/${"long\n-name".repeat(20)}`,
      history: "reading",
      historyRefsRead: 1_234,
      refsKnown: 56_789,
      jobs: { waiting: 100_000, running: 2, dead: 12_345 },
      naturalGaps: 12_345,
      failedGaps: 1_234,
    },
  ]);
  const [heading, line, blank] = text.split("\n");
  expect([heading?.startsWith("REPOSITORY"), blank]).toEqual([true, ""]);
  expect(columnsOf(line ?? "")).toBe(100);
  expect(line).toContain("…");
});

it("says so where there is nothing yet", () => {
  const totals = { ...TOTALS, repositories: 0, lastDeliveryAt: null };
  const text = renderStatusTable({ totals, repositories: [] }, pc.createColors(false));
  expect(text).toMatch(/^Repositories: 0\. .*\n.*\nNo webhook has come yet\.\n$/);
});

function render(changes: readonly Partial<RepositoryStatus>[]): string {
  const repositories = changes.map((change) => ({ ...STATUS, ...change }));
  return renderStatusTable({ totals: TOTALS, repositories }, pc.createColors(false));
}
