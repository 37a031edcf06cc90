/** What the documents say is there: commands, files, folders, and the App's registration. */
import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import {
  listPaths,
  listTextFiles,
  ROOT,
  readText,
  type TextFile,
} from "../support/repository-files.ts";

interface Package {
  readonly scripts: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

interface Manifest {
  readonly public: boolean;
  readonly default_permissions: Readonly<Record<string, string>>;
  readonly default_events: readonly string[];
}

const manifest = JSON.parse(readText("package.json")) as Package;
const documents = listTextFiles((path) => path.endsWith(".md"));

it("commands that documents name exist", () => {
  expect(documents.flatMap(listUnknownCommands)).toEqual([]);
});

it("relative links lead to files and headings that are there", () => {
  expect(documents.flatMap(listBrokenLinks)).toEqual([]);
});

it("the code map names every folder of src, and no other", () => {
  const folders = listPaths().flatMap((path) => /^src\/[^/]+(?=\/)/.exec(path) ?? []);
  expect(listMapped(readText("ARCHITECTURE.md"))).toEqual([...new Set(folders)].toSorted());
});

it("the README's address registers the App that app.yml describes", () => {
  const { default_permissions, default_events, ...app } = parse(readText("app.yml")) as Manifest;
  const [address = ""] =
    /https:\/\/github\.com\/organizations\/\S+/.exec(readText("README.md")) ?? [];
  const { public: isPublic, webhook_active, ...asked } = readQuery(address);
  const { "events[]": events, ...permissions } = asked;
  expect({ isPublic, webhook_active }).toEqual({
    isPublic: [String(app.public)],
    webhook_active: ["true"],
  });
  expect(events?.toSorted()).toEqual(default_events.toSorted());
  expect(permissions).toEqual(
    Object.fromEntries(Object.entries(default_permissions).map(([name, level]) => [name, [level]])),
  );
});

it("decisions are numbered from 1, each number once, and say what was rejected", () => {
  const decisions = documents.filter(({ path }) => path.startsWith("docs/decisions/"));
  const numbers = decisions.map(({ path }) => Number(/\/(\d{4})-[a-z0-9-]+\.md$/.exec(path)?.[1]));
  expect(numbers.toSorted((a, b) => a - b)).toEqual(decisions.map((_, index) => index + 1));
  const oneSided = decisions.filter(({ text }) => !/^## Rejected$/m.test(text));
  expect(oneSided.map(({ path }) => path)).toEqual([]);
});

it.each([
  ["Run `npm run no-such-script`.", ["npm run no-such-script"]],
  ["```sh\nnpx no-such-tool --help\n```", ["npx no-such-tool"]],
  ["Run `npm ci` and `npm start`, then `npx rekeeper leaks`.", []],
])("judges planted commands: %j", (text, commands) => {
  const found = listUnknownCommands({ path: "a.md", text });
  expect(found).toEqual(commands.map((command) => `a.md: ${command} does not exist`));
});

it.each([
  ["[x](no/such/file.md)", 1],
  ["[x](README.md#no-such-heading)", 1],
  ["[x](#here)\n\n## Here", 0],
  ["[x](README.md) and [y](https://example.org/no)", 0],
])("judges planted links: %j", (text, count) => {
  expect(listBrokenLinks({ path: "a.md", text })).toHaveLength(count);
});

it("reads planted folders off a code map", () => {
  expect(listMapped("| `src/b` | x |\n| `src/a` | y |\n| other | z |")).toEqual(["src/a", "src/b"]);
});

function listUnknownCommands({ path, text }: TextFile): string[] {
  const scripts = [...text.matchAll(/\bnpm (?:run )?([a-z][a-z-]*)/g)]
    .filter(([, name = ""]) => !["ci", "install"].includes(name))
    .filter(([command, name = ""]) => !(name in manifest.scripts) || !isCallable(command, name));
  const tools = [...text.matchAll(/\bnpx ([a-z][a-z-]*)/g)].filter(
    ([, name = ""]) => !(name in manifest.bin) && !isInstalled(name),
  );
  return [...scripts, ...tools].map(([command]) => `${path}: ${command} does not exist`);
}

/** npm runs some scripts without `run`. */
function isCallable(command: string, name: string): boolean {
  return command.startsWith("npm run ") || ["start", "test"].includes(name);
}

function isInstalled(tool: string): boolean {
  return existsSync(join(ROOT, "node_modules", ".bin", tool));
}

function listBrokenLinks({ path, text }: TextFile): string[] {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, "").replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !isThere(path, text, target))
    .map((target) => `${path}: nothing is at ${target}`);
}

function isThere(path: string, text: string, target: string): boolean {
  const [file = "", heading] = target.split("#");
  const full = file === "" ? path : posix.join(posix.dirname(path), file);
  if (file !== "" && !existsSync(join(ROOT, full))) return false;
  if (heading === undefined) return true;
  const linked = file === "" ? text : readText(full);
  return listAnchors(linked).includes(heading);
}

/** As GitHub makes them of headings. */
function listAnchors(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function listMapped(architecture: string): string[] {
  return [...architecture.matchAll(/^\| `(src\/[^`]+)` \|/gm)]
    .map(([, name = ""]) => name)
    .toSorted();
}

function readQuery(address: string): Readonly<Record<string, string[]>> {
  const query: Record<string, string[]> = {};
  for (const [name, value] of new URL(address).searchParams) {
    query[name] = [...(query[name] ?? []), value];
  }
  return query;
}
