/** Renders the rules for people or for programs. Pure. */
import type { CompiledRule, CompiledRules } from "../../model/rule.ts";
import type { Colors } from "../colors.ts";
import { columnsOf, padTo } from "../columns.ts";

const HEADINGS = ["RULE", "LANE", "SEVERITY", "NAME"] as const;
const GAP = "  ";

export function renderRuleTable({ rules }: CompiledRules, colors: Colors): string {
  const rows = rules.map(({ id, lane, severity, name }) => [id, lane, severity, name]);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(columnsOf(heading), ...rows.map((cells) => columnsOf(cells[column] ?? ""))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => padTo(cell, widths[column] ?? 0))
      .join(GAP)
      .trimEnd();
  return `${[colors.bold(line(HEADINGS)), ...rows.map(line)].join("\n")}\n`;
}

/** One object; `rules` have the fields of the table and the provider's name. */
export function renderRulesJson({ hash, rules, providers }: CompiledRules): string {
  const listed = rules.map(({ id, lane, severity, name, provider }) => ({
    id,
    provider: providers[provider]?.name ?? null,
    lane,
    severity,
    name,
  }));
  return `${JSON.stringify({ version: 1, hash, rules: listed }, undefined, 2)}\n`;
}

/** Everything that is known of one rule. */
export function renderRule(
  { providers }: CompiledRules,
  rule: CompiledRule,
  colors: Colors,
): string {
  const guide = providers[rule.provider];
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["id", rule.id],
    ["provider", guide?.name],
    ["lane", rule.lane],
    [
      "severity",
      rule.testKey ? `${rule.severity} (a key for tests: reported as low)` : rule.severity,
    ],
    ["pattern", rule.pattern],
    ["letter case", rule.flags.includes("i") ? "does not count" : "counts"],
    ["searched for", [...new Set(rule.prefilters.map(({ literal }) => literal))].join(", ")],
    ["entropy", rule.entropyMin === 0 ? undefined : `at least ${rule.entropyMin} bits a character`],
    ["checksum", rule.checksum],
    ["parts", rule.parts.map(({ name }) => name).join(", ") || undefined],
    ["not in", rule.notIn.join(", ") || undefined],
    ["documents", guide?.docs],
    ["rotate at", guide?.rotatePage],
    ["dead when", guide?.proof],
    ["narrow it", guide?.scope],
  ];
  const width = Math.max(...facts.map(([label]) => label.length));
  const lines = facts
    .filter(([, value]) => value !== undefined)
    .map(([label, value]) => `${colors.dim(label.padEnd(width))}${GAP}${value}`);
  const steps = (guide?.steps ?? []).map((step, index) => `${GAP}${index + 1}. ${step}`);
  return `${[colors.bold(rule.name), ...lines, "steps", ...steps].join("\n")}\n`;
}
