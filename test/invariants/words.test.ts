/** What is not written here, each with what to write instead. */
import { posix } from "node:path";
import { expect, it } from "vitest";
import { listTextFiles, type TextFile } from "../support/repository-files.ts";

interface Ban {
  /** Spelled with classes such as `[O]`, so that this file does not report itself. */
  readonly words: RegExp;
  readonly instead: string;
  readonly files: RegExp;
}

const CODE = /\.(?:ts|js)$/;
const TESTS = /^test\/.*\.ts$/;
const OURS = /^(?:src|scripts|bench|test|docs|migrations)\/|^[^/]+\.md$/;

const BANS: readonly Ban[] = [
  {
    words: /\b(?:TOD[O]|FIXM[E]|XX[X]|HAC[K])\b/,
    files: OURS,
    instead: "finish it, or open an issue",
  },
  {
    words:
      /^\s*\/\/\s*(?:(?:const|let|return|import|export|await|throw|expect)\b.*[;({,]$|.*;$|[})\]]+[;,]?$)/,
    files: CODE,
    instead: "delete code that is not run: git remembers it",
  },
  {
    words: /^export defaul[t]\b/,
    files: /^(?:src|scripts|test|bench)\/.*\.ts$/,
    instead: "export it by name",
  },
  { words: /\b(?:vi|jest)\.moc[k]\(/, files: TESTS, instead: "pass the part in" },
  {
    words: /\.(?:ski[p]|onl[y]|tod[o]|skipI[f]|runI[f])\(|\bx(?:it|describe)\(/,
    files: TESTS,
    instead: "mend the test, or delete it",
  },
  { words: /@ts-(?:ignor[e]|expect-erro[r]|nochec[k])/, files: CODE, instead: "mend the type" },
  {
    words: /biome-ignor[e](?! lint\/\w+\/\w+: [^<]{20})/,
    files: CODE,
    instead: "name the rule, and the reason in a sentence",
  },
  // The vocabulary: a credential of any kind is a key, and what shows one is a leak.
  {
    words: /\b(?:leaked|exposed|found|detected)[ _-]?(?:secre[t]|credentia[l]|token|password)s?\b/i,
    files: OURS,
    instead: "leaked key",
  },
  {
    words:
      /\b(?:secre[t]|credentia[l])[ _-]?(?:scan(?:ner|ning)?|finding|match|rule|leak|detect)\w*\b/i,
    files: /^src\//,
    instead: "scan, finding, rule, leak",
  },
  {
    words: /\bdetecto[r]s?\b/i,
    files: /^src\//,
    instead: "rule (how a key looks) or engine (what looks)",
  },
  { words: /\bvendo[r]s\b/i, files: /^src\//, instead: "provider" },
  {
    words: /\b(?:white|black)[ _-]?lis[t]/i,
    files: OURS,
    instead: "allow rule, or say what is refused",
  },
  { words: /\bfalse[ _-]alar[m]/i, files: /^src\//, instead: "false positive" },
];

/** Names that say nothing about what is in a file. */
const EMPTY_NAMES = /^(?:utils?|helpers?|common|misc|types|index|shared|stuff)\.(?:ts|js)$/;

const files = listTextFiles((path) => OURS.test(path) && path !== "test/invariants/words.test.ts");

it("has none of the banned words", () => {
  expect(files.flatMap(listBannedWords)).toEqual([]);
});

it("has no file whose name says nothing", () => {
  expect(files.flatMap(listEmptyNames)).toEqual([]);
});

it("opens each source file with a block comment that says its idea", () => {
  expect(files.flatMap(listUnexplained)).toEqual([]);
});

it.each([
  ["src/a.ts", ["TO", "DO"].join("")],
  ["docs/a.md", ["FIX", "ME"].join("")],
  ["src/a.ts", "  // const left = right;"],
  ["src/a.ts", "// return render({"],
  ["src/a.ts", "// }"],
  ["src/a.ts", ["export", "default"].join(" ")],
  ["test/a.test.ts", ["vi", "mock("].join(".")],
  ["test/a.test.ts", ["it", "skip("].join(".")],
  ["test/a.test.ts", ["describe", "only("].join(".")],
  ["src/a.ts", ["// @ts", "ignore"].join("-")],
  ["src/a.ts", ["// biome", "ignore lint/style/useConst"].join("-")],
  ["src/a.ts", ["the leaked", "secret"].join(" ")],
  ["src/a.ts", ["const secret", "Scanner = 1"].join("")],
  ["src/a.ts", ["its detec", "tor"].join("")],
  ["README.md", ["a white", "list"].join("")],
])("reports a planted word in %s: %s", (path, text) => {
  expect(listBannedWords({ path, text: `/** Fine. */\n${text}\n` })).toEqual([
    expect.stringMatching(/^[\w/.]+:2: .+: .+/),
  ]);
});

it.each(["src/lib/utils.ts", "src/db/types.ts", "test/support/helpers.ts", "src/job/index.ts"])(
  "reports the planted name %s",
  (path) => {
    expect(listEmptyNames({ path, text: "" })).toHaveLength(1);
  },
);

it("reports a planted source file that opens with code", () => {
  expect(listUnexplained({ path: "src/a.ts", text: 'import "./b.ts";\n' })).toHaveLength(1);
});

function listBannedWords({ path, text }: TextFile): string[] {
  const bans = BANS.filter((ban) => ban.files.test(path));
  return text
    .split("\n")
    .flatMap((line, index) =>
      bans
        .filter(({ words }) => words.test(line))
        .map(({ instead }) => `${path}:${index + 1}: ${line.trim()}: ${instead}`),
    );
}

function listEmptyNames({ path }: TextFile): string[] {
  return EMPTY_NAMES.test(posix.basename(path))
    ? [`${path}: name it after the one thing in it`]
    : [];
}

function listUnexplained({ path, text }: TextFile): string[] {
  if (!/^(?:src|scripts|test\/support)\/.*\.(?:ts|js)$/.test(path)) return [];
  return text.startsWith("/**") ? [] : [`${path}: open it with one sentence on its idea`];
}
