import pc from "picocolors";
import { expect, it } from "vitest";
import { columnsOf } from "../../../src/cli/columns.ts";
import { renderLeaksJson, renderLeaksTable } from "../../../src/cli/render-leaks.ts";
import type { Leak } from "../../../src/command/list-leaks.ts";
import { NO_ISSUE_REASONS } from "../../../src/triage/no-issue.ts";
import { filePlace, leak } from "../../support/leak.ts";

const PLAIN = pc.createColors(false);
const COLOURED = pc.createColors(true);

it("shows the key, where it is, and its issue", () => {
  const leaks = [
    leak({ keyId: "9876543210", severity: "critical", ageDays: 0 }),
    leak({ issueUrl: null, noIssueReason: "public-repository" }),
  ];
  expect(renderLeaksTable(listOf(leaks), PLAIN)).toBe(`\
KEY         SEVERITY  LANE      RULE     MASKED     AGE      STATE  VERDICT

9876543210  critical  provider  toy-key  toy_…wxyz  today    open   unknown
            acme/shop  config/app.ini:3
            https://github.com/acme/shop/issues/7

0123456789  high      provider  toy-key  toy_…wxyz  25 days  open   unknown
            acme/shop  config/app.ini:3
            no issue: the repository is public, and no private one is named for issues

2 open leaks.
`);
});

it("says that there is nothing, and where", () => {
  expect(renderLeaksTable(listOf([]), PLAIN)).toBe("No open leaks.\n");
  const list = { ...listOf([]), state: "all", repository: "acme/shop" } as const;
  expect(renderLeaksTable(list, PLAIN)).toBe("No leaks in acme/shop.\n");
});

it("says how many are not shown", () => {
  const text = renderLeaksTable({ ...listOf([leak()]), total: 213 }, PLAIN);
  expect(text).toContain("213 open leaks; the 1 newest are shown, --limit shows more.");
});

it.each([
  ["every word at its longest", { state: "false-positive", verdict: "uncheckable" }],
  ["a long rule", { rule: `toy-${"long-".repeat(30)}key`, ageDays: 12_345 }],
  ["a long mask", { masked: `${"toy_".repeat(20)}…wxyz` }],
  ["a long repository", { repository: `${"o".repeat(39)}/${"r".repeat(100)}` }],
  ["a long path", { place: filePlace(`${"folder/".repeat(60)}file.ts`, 4_321) }],
  ["a wide path", { place: filePlace(`${"日本語/".repeat(20)}設定.ts`, 1) }],
  ["no place", { place: null }],
  ...NO_ISSUE_REASONS.map((noIssueReason) => [
    noIssueReason,
    { issueUrl: null, noIssueReason } as Partial<Leak>,
  ]),
] as [string, Partial<Leak>][])("fits into 100 columns with %s", (_, facts) => {
  const lines = renderLeaksTable(listOf([leak(), leak(facts)]), PLAIN).split("\n");
  expect(lines.filter((line) => columnsOf(line) > 100)).toEqual([]);
});

it("keeps the end of a long path, where file and line are", () => {
  const place = filePlace(`${"folder/".repeat(60)}settings.ts`, 12);
  expect(renderLeaksTable(listOf([leak({ place })]), PLAIN)).toMatch(/ …\S+settings\.ts:12\n/);
});

it("writes out characters that would move the cursor or turn the text", () => {
  const place = filePlace("a\u001b[2J\u202eb\n.ts", 1);
  const text = renderLeaksTable(listOf([leak({ place })]), PLAIN);
  expect(text).toContain("a\\u{1b}[2J\\u{202e}b\\u{a}.ts:1");
});

it("has colours only when it is given some, and the same text", () => {
  const list = listOf([leak({ severity: "critical" })]);
  const coloured = renderLeaksTable(list, COLOURED);
  expect(coloured).toContain(COLOURED.red("critical"));
  const escapes = new RegExp(`${String.fromCodePoint(27)}\\[\\d+m`, "g");
  expect(coloured.replace(escapes, "")).toBe(renderLeaksTable(list, PLAIN));
});

it("gives programs one object with the version of its form", () => {
  const list = listOf([leak()]);
  expect(JSON.parse(renderLeaksJson(list))).toEqual({ version: 1, ...list });
  expect(renderLeaksJson(list)).toMatch(/\}\n$/);
});

function listOf(leaks: readonly Leak[]) {
  return { repository: null, state: "open", total: leaks.length, leaks } as const;
}
