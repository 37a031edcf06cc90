/** The house's floors: which folder of `src/` may import which, and what from outside. */
import { posix } from "node:path";
import { expect, it } from "vitest";
import { listTextFiles, type TextFile } from "../support/repository-files.ts";

interface Folder {
  readonly name: string;
  readonly imports: readonly string[];
  /** Packages, scopes that end in `/`, and `node:` for Node's own modules. */
  readonly outside: readonly string[];
}

const BASE = ["model", "lib"];
const DRIVERS = ["config", "db", "github"];
const CORE = ["detect", "rules", "triage"];
const EDGES = ["source", "report", "queue"];

/** From the ground up: a folder may only name folders above its own line. */
const HOUSE: readonly Folder[] = [
  { name: "model", imports: [], outside: [] },
  { name: "lib", imports: [], outside: ["node:"] },
  { name: "config", imports: BASE, outside: ["node:", "yaml", "zod"] },
  { name: "detect", imports: BASE, outside: [] },
  { name: "rules", imports: BASE, outside: [] },
  { name: "triage", imports: BASE, outside: [] },
  { name: "metrics", imports: [], outside: ["prom-client"] },
  {
    name: "db",
    imports: [...BASE, "config"],
    outside: ["node:", "kysely", "pg", "@electric-sql/pglite"],
  },
  { name: "github", imports: [...BASE, "config"], outside: ["@octokit/"] },
  { name: "source", imports: [...BASE, "github"], outside: ["node:"] },
  { name: "report", imports: [...BASE, "github"], outside: [] },
  { name: "queue", imports: [...BASE, "config", "db"], outside: ["kysely", "pg-boss"] },
  {
    name: "job",
    imports: [...BASE, ...DRIVERS, ...CORE, ...EDGES],
    outside: ["node:", "@octokit/"],
  },
  {
    name: "command",
    imports: [...BASE, ...DRIVERS, ...CORE, ...EDGES],
    outside: ["node:", "@octokit/", "@electric-sql/pglite"],
  },
  {
    name: "webhook",
    imports: [...BASE, "config", "db", "queue"],
    outside: ["node:", "probot"],
  },
  {
    name: "sandbox",
    imports: [...BASE, "config", "rules"],
    outside: ["node:", "@octokit/", "@hono/", "hono", "marked", "yaml", "zod"],
  },
  {
    name: "control",
    imports: [...BASE, "config", "db", "triage", "command"],
    outside: ["node:", "zod"],
  },
  {
    name: "cli",
    imports: [...BASE, "config", ...CORE, "source", "report", "job", "command", "control"],
    outside: ["node:", "commander", "picocolors", "smol-toml", "yaml", "zod"],
  },
];

/** Of the core these files alone know a package: the compilers of rules, and RE2 for own ones. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  "src/rules/schema.ts": ["yaml", "zod"],
  "src/rules/derive.ts": ["@eslint-community/regexpp"],
  "src/rules/import/from-re2.ts": ["@eslint-community/regexpp"],
  "src/rules/import/samples.ts": ["@eslint-community/regexpp"],
  "src/rules/own/literals.ts": ["@eslint-community/regexpp"],
  "src/rules/own/re2.ts": ["re2js"],
  "src/rules/sequence.ts": ["@eslint-community/regexpp"],
};

/** Files that put the parts together may import everything, and nothing imports them. */
const ENTRIES = ["src/main.ts", "src/service.ts", "src/sandbox-service.ts", "src/cli/serve.ts"];

const sources = listTextFiles((path) => /^src\/.*\.ts$/.test(path));

it("imports go down only, and the core knows neither Node nor packages", () => {
  expect(listViolations(sources)).toEqual([]);
});

it("has one line per folder, each below what it imports", () => {
  const folders = new Set(sources.map(({ path }) => folderOf(path)).filter((name) => name !== ""));
  expect(HOUSE.map(({ name }) => name).toSorted()).toEqual([...folders].toSorted());
  const floors = HOUSE.map(({ name }) => name);
  const upward = HOUSE.flatMap(({ name, imports }) =>
    imports.filter((other) => floors.indexOf(other) >= floors.indexOf(name)),
  );
  expect(upward).toEqual([]);
});

it.each([
  ["src/detect/a.ts", `import { b } from "../report/b.ts";`, "must not import src/report/b.ts"],
  ["src/detect/a.ts", `import type { B } from "../job/b.ts";`, "must not import src/job/b.ts"],
  [
    "src/report/a.ts",
    `import {\n  b,\n} from "../source/deep/b.ts";`,
    "must not import src/source",
  ],
  ["src/model/a.ts", `import { b } from "../lib/b.ts";`, "must not import src/lib/b.ts"],
  ["src/triage/a.ts", `import { readFileSync } from "node:fs";`, "must not import node:fs"],
  ["src/rules/compile.ts", `import { z } from "zod";`, "must not import zod"],
  ["src/db/a.ts", `import "probot";`, "must not import probot"],
  ["src/lib/a.ts", `const b = await import("kysely/migration");`, "must not import kysely"],
  ["src/job/a.ts", `export { b } from "../sandbox/b.ts";`, "must not import src/sandbox/b.ts"],
  ["src/webhook/a.ts", `import { b } from "../service.ts";`, "must not import src/service.ts"],
  ["src/extra.ts", "", "is no entry file"],
  ["src/extra/a.ts", "", "is in no folder of the house"],
])("reports a planted violation in %s: %s", (path, text, problem) => {
  expect(listViolations([{ path, text }])).toEqual([expect.stringContaining(problem)]);
});

function listViolations(files: readonly TextFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    if (ENTRIES.includes(path)) return [];
    if (folderOf(path) === "") return [`${path} is no entry file: move it into a folder`];
    const folder = HOUSE.find(({ name }) => name === folderOf(path));
    if (folder === undefined) return [`${path} is in no folder of the house`];
    return listImports(text)
      .filter((specifier) => !isAllowed(folder, path, specifier))
      .map((specifier) => `${path} must not import ${resolve(path, specifier)}`);
  });
}

function isAllowed(folder: Folder, path: string, specifier: string): boolean {
  if (specifier.startsWith(".")) {
    const target = folderOf(resolve(path, specifier));
    return target === folder.name || folder.imports.includes(target);
  }
  return [...folder.outside, ...(EXCEPTIONS[path] ?? [])].some(
    (name) => specifier === name || specifier.startsWith(/[:/]$/.test(name) ? name : `${name}/`),
  );
}

const IMPORT =
  /^\s*(?:import|export)\s[^"']*?\bfrom\s+"([^"]+)"|^\s*import\s+"([^"]+)"|\bimport\(\s*"([^"]+)"/gm;

function listImports(text: string): string[] {
  return [...text.matchAll(IMPORT)].flatMap(([, ...found]) => found.filter(Boolean) as string[]);
}

function resolve(path: string, specifier: string): string {
  return specifier.startsWith(".") ? posix.join(posix.dirname(path), specifier) : specifier;
}

/** `src/db/refs.ts` is in `db`; a file of `src/` itself is in none. */
function folderOf(path: string): string {
  const [, folder = "", file] = path.split("/");
  return file === undefined ? "" : folder;
}
