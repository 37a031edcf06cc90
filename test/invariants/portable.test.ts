/** The repository builds anywhere: no file names one machine's folders or one network's registry. */
import { expect, it } from "vitest";
import { listTextFiles, readText, type TextFile } from "../support/repository-files.ts";

/** Spelled with classes such as `[r]`, so that this file does not report itself. */
const MACHINE_PATHS = /(?:^|[\s"'`(=:])\/(?:[r]oot|[w]ork|[h]ome\/[a-z]\w+|[U]sers\/\w+|[m]nt)\//;
/** Files that tools read addresses of registries from; in rules and texts they are facts. */
const TOOL_FILES =
  /^(?:package(?:-lock)?\.json|\.npmrc|Dockerfile|\.ci\/|\.github\/|[^/]+\.jsonc?$)/;
const REGISTRIES = /\bregistry[.=]|\bnpmmirror\b|\bartifactory\b|\bnexus\b|_authToken/i;

const files = listTextFiles(() => true);

it("no file names a folder of the machine it was written on", () => {
  expect(files.flatMap(listMachinePaths)).toEqual([]);
});

it("no file that a tool reads names a registry", () => {
  expect(files.flatMap(listRegistries)).toEqual([]);
});

it("the lockfile names packages by version and hash alone", () => {
  expect(readText("package-lock.json")).not.toContain('"resolved"');
});

it.each([
  ["src/a.ts", ["const dir = '", "home", "someone", "x'"].join("/"), 1],
  ["docs/a.md", ["see ", "root", "notes"].join("/"), 1],
  ["docs/a.md", "keep it in ~/.config/rekeeper", 0],
])("judges a planted path in %s: %s", (path, text, count) => {
  expect(listMachinePaths({ path, text })).toHaveLength(count);
});

it.each([
  [".npmrc", ["registry", "https://packages.example.org"].join("="), 1],
  ["package.json", '"homepage": "https://rekeeper.example.org"', 0],
  ["rules/npm.yml", ["//registry", "example.org/:_authToken="].join("."), 0],
])("judges a planted registry in %s: %s", (path, text, count) => {
  expect(listRegistries({ path, text })).toHaveLength(count);
});

function listMachinePaths({ path, text }: TextFile): string[] {
  return linesWith(MACHINE_PATHS, { path, text });
}

function listRegistries({ path, text }: TextFile): string[] {
  return TOOL_FILES.test(path) ? linesWith(REGISTRIES, { path, text }) : [];
}

function linesWith(form: RegExp, { path, text }: TextFile): string[] {
  return text
    .split("\n")
    .flatMap((line, index) => (form.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : []));
}
