/** The form of a rule file, read strictly: every problem is reported with its line and column. */
import { isMap, isScalar, LineCounter, type Node, type Pair, parseDocument } from "yaml";
import { z } from "zod";
import { CHECKSUMS, SEVERITIES } from "../model/rule.ts";
import type { PartSource, ProviderSource, RuleFile, RuleSource } from "./rule-file.ts";

/** Something in a rule file that has to be changed before the rules can be built. */
export interface RuleProblem {
  /** File name as given, such as `airtable.yml`. */
  readonly file: string;
  /** From 1; both are 1 where the whole file is meant. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export type ParsedProvider =
  | { readonly provider: ProviderSource; readonly locate: Locate; readonly problems: readonly [] }
  | {
      readonly provider?: undefined;
      readonly locate?: undefined;
      readonly problems: readonly RuleProblem[];
    };

/** Makes a problem of a message about the value at a path, such as `["rules", 0, "pattern"]`. */
export type Locate = (path: readonly PropertyKey[], message: string) => RuleProblem;

/** Returns the file's content, or all of its problems. */
export function parseProviderFile(file: RuleFile): ParsedProvider {
  const lines = new LineCounter();
  const document = parseDocument(file.text, { lineCounter: lines, prettyErrors: false });
  const problemAt = (offset: number, message: string): RuleProblem => {
    const { line, col } = lines.linePos(offset);
    return { file: file.name, line: Math.max(1, line), column: Math.max(1, col), message };
  };
  const locate: Locate = (path, message) => problemAt(findOffset(document.contents, path), message);

  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    return { problems: faults.map((fault) => problemAt(fault.pos[0], fault.message)) };
  }
  const result = PROVIDER.safeParse(document.toJS());
  if (result.success) return { provider: result.data, locate, problems: [] };
  return { problems: result.error.issues.flatMap((issue) => toProblems(issue, locate)) };
}

const URL_TEXT: z.ZodType<string> = z.url({ protocol: /^https$/ });
const TEXT: z.ZodType<string> = z.string().trim().min(1);
const ENTROPY: z.ZodNumber = z.number().min(0).max(8);
const PATTERN: z.ZodType<string> = z.string().min(1).max(2_000);

const PART: z.ZodType<PartSource> = z.strictObject({
  name: TEXT,
  pattern: PATTERN,
  within: z.int().min(1).max(2_000),
  secret: z.boolean().default(false),
  required: z.boolean().default(false),
  entropy: ENTROPY.default(0),
  ignore_case: z.boolean().default(false),
});

const RULE: z.ZodType<RuleSource> = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)+$/, "write the id as <file name>-<thing>"),
  name: TEXT,
  lane: z.enum(["provider", "generic"]),
  severity: z.enum(SEVERITIES),
  pattern: PATTERN,
  ignore_case: z.boolean().default(false),
  span: z.int().min(1).max(16_384).optional(),
  entropy: ENTROPY.default(0),
  skip_references: z.boolean().default(false),
  checksum: z.enum(CHECKSUMS).optional(),
  test_key: z.boolean().default(false),
  not_in: z.array(TEXT).default([]),
  parts: z.array(PART).max(4).default([]),
  examples: z.array(TEXT).min(2),
  non_examples: z.array(TEXT).min(1),
});

const PROVIDER: z.ZodType<ProviderSource> = z.strictObject({
  provider: TEXT,
  docs: URL_TEXT,
  rotate: z.strictObject({
    page: URL_TEXT,
    steps: z.array(TEXT).min(4),
    proof: TEXT,
    scope: TEXT,
  }),
  rules: z.array(RULE).min(1),
});

function toProblems(issue: z.core.$ZodIssue, locate: Locate): RuleProblem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => locate([...issue.path, key], `unknown key "${key}": remove it`));
  }
  const where = issue.path.join(".");
  return [locate(issue.path, where === "" ? issue.message : `${where}: ${issue.message}`)];
}

/** Where a value begins, or its key when it is an entry of a map, or the deepest parent there is. */
function findOffset(root: Node | null, path: readonly PropertyKey[]): number {
  let node: unknown = root;
  let offset = 0;
  for (const step of path) {
    const pair = isMap(node) ? node.items.find((item) => keyOf(item) === step) : undefined;
    node = pair === undefined ? itemOf(node, step) : pair.value;
    const anchor = pair === undefined ? node : pair.key;
    if (!hasRange(anchor)) break;
    offset = anchor.range[0];
  }
  return offset;
}

function keyOf(pair: Pair): unknown {
  return isScalar(pair.key) ? pair.key.value : undefined;
}

function itemOf(node: unknown, step: PropertyKey): unknown {
  if (typeof step !== "number" || typeof node !== "object" || node === null) return undefined;
  return "items" in node && Array.isArray(node.items) ? node.items[step] : undefined;
}

function hasRange(node: unknown): node is { range: [number, number, number] } {
  return typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range);
}
