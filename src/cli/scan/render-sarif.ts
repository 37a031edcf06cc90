/** Renders a report as SARIF 2.1.0 (OASIS), for code scanning and editors. Pure. */
import { GAP_REASONS } from "../../model/fragment.ts";
import { keyIdOf } from "../../model/key-id.ts";
import type { CompiledRule, ProviderGuide, Severity } from "../../model/rule.ts";
import { encodePath } from "../../report/escape.ts";
import { labelOf, labelOfGap } from "./label.ts";
import type { FoundKey, ScanGap, ScanReport } from "./report.ts";

const SCHEMA =
  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/** One log with one run. Results that have no file stand at the root of what was scanned. */
export function renderSarif(report: ScanReport, version: string): string {
  const used = listUsedRules(report.keys);
  const indexes = new Map(used.map(({ rule }, index) => [rule.id, index]));
  const log = {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "rekeeper",
            version,
            semanticVersion: version,
            rules: used.map(({ rule, guide }) => ruleOf(rule, guide)),
          },
        },
        // Columns count characters, not the UTF-16 units that SARIF takes them for otherwise.
        columnKind: "unicodeCodePoints",
        invocations: [
          {
            executionSuccessful: report.gaps.every(({ kind }) => kind !== "failed"),
            toolExecutionNotifications: report.gaps.map(notificationOf),
          },
        ],
        results: report.keys.map((key) => resultOf(key, indexes.get(key.rule.id) ?? -1)),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function listUsedRules(
  keys: readonly FoundKey[],
): readonly { readonly rule: CompiledRule; readonly guide: ProviderGuide }[] {
  return [...new Map(keys.map(({ rule, guide }) => [rule.id, { rule, guide }])).values()];
}

type Level = "error" | "warning" | "note";

/** What GitHub sorts by: https://docs.github.com/en/code-security/code-scanning (security-severity). */
const SECURITY_SEVERITIES: Readonly<Record<Severity, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "2.0",
};

function ruleOf(rule: CompiledRule, guide: ProviderGuide): object {
  const steps = guide.steps.map((step, index) => `${index + 1}. ${step}`).join("\n");
  return {
    id: rule.id,
    name: rule.name,
    shortDescription: { text: `${rule.name} in clear text` },
    fullDescription: {
      text: `A key of the kind "${rule.name}" (${guide.name}) stands in clear text.`,
    },
    helpUri: guide.docs,
    help: {
      text: `Rotate the key at ${guide.rotatePage}\n\n${steps}`,
      markdown: `Rotate the key at <${guide.rotatePage}>\n\n${steps}`,
    },
    defaultConfiguration: { level: levelOf(rule.lane === "provider" ? rule.severity : "low") },
    properties: {
      tags: ["security", rule.lane],
      "security-severity": SECURITY_SEVERITIES[rule.lane === "provider" ? rule.severity : "low"],
    },
  };
}

function levelOf(severity: Severity): Level {
  if (severity === "low") return "note";
  return severity === "medium" ? "warning" : "error";
}

function resultOf(key: FoundKey, ruleIndex: number): object {
  const { rule, guide, masked, fingerprint, severity, lane, origin } = key;
  const commit = origin.commit?.id;
  return {
    ruleId: rule.id,
    ruleIndex,
    level: levelOf(lane === "provider" ? severity : "low"),
    message: {
      text: `${rule.name} ${masked} at ${labelOf(key)}. Rotate it: ${guide.rotatePage}`,
    },
    locations: [locationOf(key)],
    partialFingerprints: { "rekeeperKey/v1": fingerprint },
    properties: { keyId: keyIdOf(fingerprint), lane, ...(commit === undefined ? {} : { commit }) },
  };
}

function locationOf({ origin, place, inside }: FoundKey): object {
  const { path, kind } = origin;
  const physical = { artifactLocation: { uri: uriOf(path) } };
  // Lines of a message, or of a file within an archive, are none of the file that is named.
  const isInFile = kind === "file" && inside === undefined && path !== undefined;
  const region = {
    startLine: place.line,
    startColumn: place.column,
    endLine: place.lineEnd,
    // SARIF's end is the first column behind.
    endColumn: place.columnEnd + 1,
  };
  return { physicalLocation: isInFile ? { ...physical, region } : physical };
}

/** Relative to the root of what was scanned; an absolute path stays one. */
function uriOf(path: string | undefined): string {
  if (path === undefined) return ".";
  return path.startsWith("/") ? `file://${encodePath(path)}` : encodePath(path);
}

function notificationOf(gap: ScanGap): object {
  return {
    level: gap.kind === "failed" ? "error" : "warning",
    message: { text: `${labelOfGap(gap)}: ${GAP_REASONS[gap.reason]}` },
    descriptor: { id: gap.reason },
  };
}
