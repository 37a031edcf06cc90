/**
 * Reads YAML as plain text, lists and maps, with a place for every value.
 *
 * Every scalar stays the text that was written: the key id `0123456789` must not become a number.
 * `yaml` itself would take seconds over many keys of one map (it compares each with each) and
 * minutes over maps that are keys of maps, so the tree is walked here, in one bounded pass.
 */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseDocument,
  type YAMLError,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { PolicyPlace, PolicyProblem } from "../../model/policy.ts";

export type YamlValue = string | readonly YamlValue[] | { readonly [key: string]: YamlValue };

export interface YamlTree {
  /** Undefined for a file that says nothing. */
  readonly value: YamlValue | undefined;
  readonly problems: readonly PolicyProblem[];
  /** Where a value stands: at its key in a map, else where it begins, else its nearest parent. */
  placeOf(path: readonly PropertyKey[]): PolicyPlace;
}

export const PROBLEMS_MAX = 50;
/** Deeper than any setting: what is below is not looked at. */
const DEPTH_MAX = 6;

export function readYamlTree(text: string): YamlTree {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    schema: "failsafe",
    uniqueKeys: false,
  });
  const placeAt = (offset: number): PolicyPlace => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problems: PolicyProblem[] = [];
  const report = (offset: number, message: string): void => {
    if (problems.length < PROBLEMS_MAX) problems.push({ ...placeAt(offset), message });
  };
  for (const fault of [...document.errors, ...document.warnings].slice(0, PROBLEMS_MAX)) {
    report(fault.pos[0], sentenceOf(fault));
  }
  const offsets = new Map<string, number>();
  const walk: Walk = { report, offsets };
  const root = problems.length === 0 ? document.contents : null;
  const value = root === null ? undefined : readNode(root, [], walk);
  return {
    value,
    problems,
    placeOf: (path) => placeAt(offsetOf(offsets, path)),
  };
}

interface Walk {
  readonly report: (offset: number, message: string) => void;
  readonly offsets: Map<string, number>;
}

type Path = readonly PropertyKey[];

/** Text for what could not be read; the problem that was reported keeps the file from counting. */
const NOTHING = "";

function readNode(node: ParsedNode, path: Path, walk: Walk): YamlValue {
  const offset = node.range[0];
  const id = idOf(path);
  if (!walk.offsets.has(id)) walk.offsets.set(id, offset);
  if (isAlias(node)) {
    walk.report(offset, "aliases (*name) are not read: write the value out");
    return NOTHING;
  }
  if (isScalar(node)) return String(node.value ?? NOTHING);
  if (path.length >= DEPTH_MAX) {
    walk.report(offset, `nothing is nested deeper than ${DEPTH_MAX} levels here: remove this`);
    return NOTHING;
  }
  if (isSeq(node)) return readList(node, path, walk);
  if (isMap(node)) return readMap(node, path, walk);
  return NOTHING;
}

function readList(node: YAMLSeq.Parsed, path: Path, walk: Walk): YamlValue {
  return node.items.map((item, index) => readNode(item, [...path, index], walk));
}

function readMap(node: YAMLMap.Parsed, path: Path, walk: Walk): YamlValue {
  const entries = new Map<string, YamlValue>();
  for (const { key, value } of node.items) {
    const offset = key.range[0];
    if (!isScalar(key)) {
      walk.report(offset, "a key must be plain text: remove this entry");
      continue;
    }
    const name = String(key.value ?? NOTHING);
    if (entries.has(name)) {
      walk.report(offset, "this key stands here twice: remove one of them");
      continue;
    }
    const inner = [...path, name];
    walk.offsets.set(idOf(inner), offset);
    entries.set(name, value === null ? NOTHING : readNode(value, inner, walk));
  }
  // Built from entries, `__proto__` is a key like any other.
  return Object.fromEntries(entries);
}

function idOf(path: Path): string {
  return path.map(String).join("\0");
}

function offsetOf(offsets: ReadonlyMap<string, number>, path: Path): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const offset = offsets.get(idOf(path.slice(0, length)));
    if (offset !== undefined) return offset;
  }
  return 0;
}

/** The library's own sentences quote the file, which may hold a key: these say what to do. */
function sentenceOf({ code }: YAMLError): string {
  return SENTENCES[code] ?? "this is no valid YAML: check quotes, colons and indentation here";
}

const SENTENCES: Partial<Record<YAMLError["code"], string>> = {
  BAD_INDENT:
    "begin this in the same column as the lines it belongs to, and close every bracket before",
  BLOCK_AS_IMPLICIT_KEY: "two colons on one line: put the text in quotes, or begin a new line",
  MISSING_CHAR: "a quote, bracket or comma is missing here",
  MULTIPLE_DOCS: "only one document may be in this file: remove the line ---",
  RESOURCE_EXHAUSTION: "this is nested too deeply: remove it",
  TAB_AS_INDENT: "indent with spaces: YAML takes no tabs",
  TAG_RESOLVE_FAILED: "tags (!name) are not read: write the value alone",
};
