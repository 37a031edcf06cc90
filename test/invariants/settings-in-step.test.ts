/** The settings table is the one truth: its example file, its readers and its texts agree with it. */
import { expect, it } from "vitest";
import { renderEnvExample } from "../../src/config/env-example.ts";
import { SETTINGS } from "../../src/config/settings.ts";
import { listTextFiles, readText, type TextFile } from "../support/repository-files.ts";

/** Where the environment comes in; everything else is handed a `Config`. */
const READERS = /^src\/(?:main|service|sandbox-service)\.ts$|^src\/cli\/|^src\/config\/load-/;

/** The stand-in GitHub finds git as a shell would; where programs are is no setting of ours. */
const PATH_READER = "src/sandbox/git/git.ts";

const sources = listTextFiles((path) => /^src\/.*\.ts$/.test(path));

it(".env.example is what the table renders: run `npm run generate`", () => {
  expect(readText(".env.example")).toBe(renderEnvExample());
});

it("nothing but the entries reads the environment", () => {
  expect(sources.flatMap(listReaders)).toEqual([]);
});

it("every name of the type has one entry in the table, with a sentence for the operator", () => {
  const names = namesOfType(readText("src/config/settings.ts"));
  expect(names.length).toBeGreaterThan(10);
  expect(SETTINGS.map(({ env }) => env).toSorted()).toEqual(names);
  const mute = SETTINGS.filter(({ text }) => !/^[A-Z].{10,}\.$/.test(text));
  expect(mute.map(({ env }) => env)).toEqual([]);
});

it("the example names every setting and sets none of them", () => {
  const example = readText(".env.example");
  const unnamed = SETTINGS.filter(({ env }) => !new RegExp(`^#${env}=`, "m").test(example));
  expect(unnamed.map(({ env }) => env)).toEqual([]);
  expect(example.split("\n").filter((line) => line !== "" && !line.startsWith("#"))).toEqual([]);
});

it.each([
  ["src/db/open.ts", 'const url = process.env["DATABASE_URL"];', 1],
  ["src/job/a.ts", "const { env } = process;", 1],
  ["src/job/a.ts", 'import { env } from "node:process";', 1],
  ["src/job/a.ts", " * @param environment usually `process.env`.", 0],
  ["src/main.ts", "parseSettings(process.env);", 0],
  ["src/sandbox/git/git.ts", 'PATH: process.env["PATH"] ?? "/usr/bin:/bin",', 0],
  ["src/sandbox/git/git.ts", 'HOME: process.env["HOME"] ?? "/",', 1],
])("judges a planted reader in %s: %s", (path, text, count) => {
  expect(listReaders({ path, text })).toHaveLength(count);
});

it("reads a planted name off the type", () => {
  expect(namesOfType('export type SettingName =\n  | "PORT"\n  | "HOST";\n')).toEqual([
    "HOST",
    "PORT",
  ]);
});

function listReaders({ path, text }: TextFile): string[] {
  if (READERS.test(path)) return [];
  const code = text
    .replace(/^\s*(?:\/?\*|\/\/).*$/gm, "")
    .replace(path === PATH_READER ? /process\.env\["PATH"\]/g : /$^/, "");
  const isReader = /\bprocess\.env\b|\benv\b[^;\n]*\} = process\b|"node:process"/.test(code);
  return isReader ? [`${path} reads the environment: take what it needs as an argument`] : [];
}

function namesOfType(source: string): string[] {
  const type = /export type SettingName =([^;]+);/.exec(source)?.[1] ?? "";
  return [...type.matchAll(/"(\w+)"/g)].map(([, name = ""]) => name).toSorted();
}
