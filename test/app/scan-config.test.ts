/** `rekeeper scan` and `rekeeper rules` with a configuration, in processes of their own. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seededRandom } from "../../src/lib/seeded-random.ts";
import { drawRun } from "../../src/rules/draw-run.ts";
import { githubToken } from "../support/random-keys.ts";
import { type Outcome, runRekeeper } from "../support/run-rekeeper.ts";

const GENERIC = `api_key = "${drawRun("abcdefghijkmnpqrstuvwxyz23456789", 32, seededRandom("generic"))}"\n`;
const ACME = `acme_${drawRun("abcdefghijkmnpqrstuvwxyz23456789", 32, seededRandom("acme"))}`;
const OWN = `rules:
  own:
    - id: own-acme
      name: Token of Acme
      pattern: acme_(?P<key>[a-z0-9]{32})
      lane: provider
      severity: high
`;
const ALLOW = `allow:
  - rule: generic-assigned-key
    paths: [test/**]
    reason: made up for tests
paths:
  exclude: [docs/**]
`;

/** What is scanned, and beside it the user's own pepper. */
let folder: string;
let home: string;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "rekeeper-config-"));
  folder = join(home, "shop");
  put(".github/rekeeper.yml", ALLOW + OWN);
  put("test/a.py", GENERIC);
  put("docs/b.py", GENERIC.replace("api_key", "secret_key").replace(/"(.)/, '"q$1'));
  put("src/c.py", GENERIC.replace(/"(.)/, '"z$1'));
  execFileSync("git", ["-C", folder, "init", "--quiet"]);
});

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

function put(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

async function rekeeper(...args: readonly string[]): Promise<Outcome> {
  return await runRekeeper(args, { XDG_CONFIG_HOME: home }, folder);
}

interface Shown {
  readonly path: string;
  readonly rule: string;
  readonly reason?: string;
  readonly by?: string;
}

async function scanJson(...args: readonly string[]) {
  const { stdout, stderr } = await rekeeper("scan", ...args, "--format", "json");
  expect(stderr).toBe("");
  return JSON.parse(stdout) as {
    readonly keys: readonly Shown[];
    readonly dropped: readonly Shown[];
    readonly configCount: number;
  };
}

const pathsOf = ({ keys }: { readonly keys: readonly Shown[] }) => keys.map(({ path }) => path);

test("paths and allow entries leave keys out as they do in the service, and --explain says which", async () => {
  const report = await scanJson("--explain");
  expect(pathsOf(report)).toEqual(["src/c.py"]);
  expect(report.configCount).toBe(2);
  const silenced = report.dropped.filter(({ by }) => by !== null);
  expect(silenced.map(({ path, reason, by }) => ({ path, reason, by }))).toEqual([
    { path: "docs/b.py", reason: "excluded", by: ".github/rekeeper.yml: docs/**" },
    { path: "test/a.py", reason: "allowed", by: ".github/rekeeper.yml:2: made up for tests" },
  ]);
  const { stdout } = await rekeeper("scan", "--explain");
  expect(stdout).toContain(
    "allowed by the configuration (.github/rekeeper.yml:2: made up for tests)",
  );
  expect(stdout).toContain("the configuration left out 2 places");
});

test("--no-config scans as if there were no file", async () => {
  expect(pathsOf(await scanJson("--no-config")).toSorted()).toEqual([
    "docs/b.py",
    "src/c.py",
    "test/a.py",
  ]);
});

test("a subfolder is scanned with the file at the top of the work tree", async () => {
  expect(pathsOf(await scanJson("test"))).toEqual([]);
  expect(pathsOf(await scanJson("src"))).toEqual(["src/c.py"]);
});

test("a known provider's key is silenced only with the organisation's permission", async () => {
  put("test/k.env", `T=${githubToken("config")}\n`);
  put(".github/rekeeper.yml", `${ALLOW}  \n`.replace("generic-assigned-key", "github-pat-classic"));
  expect((await scanJson("test")).keys.map(({ rule }) => rule)).toContain("github-pat-classic");
  put("base.yml", "permit: [allow-provider]\n");
  const permitted = await scanJson("test", "--base", "base.yml");
  expect(permitted.keys.map(({ rule }) => rule)).not.toContain("github-pat-classic");
  put(".github/rekeeper.yml", ALLOW + OWN);
  rmSync(join(folder, "test/k.env"));
});

test("own rules are looked for in files and in histories", async () => {
  put("own/a.env", `TOKEN=${ACME}\n`);
  const { keys } = await scanJson("own");
  expect(keys.map(({ rule, path }) => [rule, path])).toEqual([["own-acme", "own/a.env"]]);
  expect((await rekeeper("scan", "own")).exitCode).toBe(1);
  expect((await rekeeper("scan", "own", "--no-config")).exitCode).toBe(0);
  const git = ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@example.org"];
  execFileSync("git", [...git, "add", "own"]);
  execFileSync("git", [...git, "commit", "--quiet", "--message", "add"]);
  expect((await scanJson("--git")).keys.map(({ rule }) => rule)).toEqual(["own-acme"]);
  rmSync(join(folder, "own"), { recursive: true });
});

test("own rules are looked for in the scanning threads too", async () => {
  const lines = "nothing to see in this line of text\n".repeat(30_000);
  for (let index = 0; index < 24; index += 1) put(`large/${index}.txt`, lines);
  put("large/z.env", `TOKEN=${ACME}\n`);
  expect((await scanJson("large", "--threads", "2")).keys.map(({ path }) => path)).toEqual([
    "large/z.env",
  ]);
  rmSync(join(folder, "large"), { recursive: true });
});

test("a mistake ends the scan before it begins, with line and column", async () => {
  put("bad/.github/rekeeper.yml", "allow:\n  - rool: x\n");
  execFileSync("git", ["-C", join(folder, "bad"), "init", "--quiet"]);
  const { stdout, stderr, exitCode } = await rekeeper("scan", "bad");
  expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
  expect(stderr).toContain("bad/.github/rekeeper.yml:2:5:");
  put("bad/.github/rekeeper.yml", OWN.replace("acme_(?P<key>[a-z0-9]{32})", ".+"));
  const refused = await rekeeper("scan", "bad");
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toMatch(/bad\/\.github\/rekeeper\.yml:3:7: own-acme does not count: /);
  put("bad/.github/rekeeper.yml", "permit: [allow-provider]\n");
  const misplaced = await rekeeper("scan", "bad");
  expect(misplaced.exitCode).toBe(0);
  expect(misplaced.stderr).toContain("bad/.github/rekeeper.yml:1:1: permit counts in the org");
  rmSync(join(folder, "bad"), { recursive: true });
});

test("rules check tries own rules as the service does", async () => {
  const good = await rekeeper("rules", "check", ".github/rekeeper.yml");
  expect(good).toMatchObject({
    exitCode: 0,
    stdout: ".github/rekeeper.yml: 1 own rule, all in force.\n",
  });
  put("rekeeper.yml", OWN.replace("acme_(?P<key>[a-z0-9]{32})", "(?:acme)*"));
  const refused = await rekeeper("rules", "check", "rekeeper.yml");
  expect(refused.exitCode).toBe(1);
  expect(refused.stdout).toMatch(/^rekeeper\.yml:3:7: own-acme: .*the empty text/);
  put("rekeeper.yml", "rules: {own: 3}\n");
  const broken = await rekeeper("rules", "check", "rekeeper.yml");
  expect(broken.exitCode).toBe(2);
  expect(broken.stderr).toContain("rekeeper.yml:1:9: ");
  rmSync(join(folder, "rekeeper.yml"));
});

test("foreign rules become a configuration that checks and scans", async () => {
  put("gitleaks.toml", `[[rules]]\nid = "acme"\nregex = '''acme_([a-z0-9]{32})'''\n`);
  const output = join("imported", "rekeeper.yml");
  put(output, "");
  const imported = await rekeeper("rules", "import", "gitleaks.toml", "--own", "--output", output);
  expect(imported).toMatchObject({ exitCode: 0, stderr: "1 rule imported, 0 left out.\n" });
  expect((await rekeeper("rules", "check", output)).exitCode).toBe(0);
  put("there/a.env", `TOKEN=${ACME}\n`);
  const { keys } = await scanJson("there", "--no-config", "--base", output);
  expect(keys.map(({ rule }) => rule)).toEqual(["own-acme"]);
});
