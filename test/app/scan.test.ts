/** `rekeeper scan` and `rekeeper rules` in processes of their own, on real folders and repositories. */
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { Ajv } from "ajv";
import { afterAll, beforeAll, expect, test } from "vitest";
import { awsPair, githubToken, pemKey } from "../support/random-keys.ts";
import { ROOT, readText } from "../support/repository-files.ts";
import type { Outcome } from "../support/run-rekeeper.ts";
import { zipOf } from "../support/zip-of.ts";

const PROGRAM = join(ROOT, "bin", "rekeeper.js");
const TOKEN = githubToken("scan");
const PAIR = awsPair("scan");

let home: string;
/** A repository with a work tree; each test has a branch or files of its own. */
let folder: string;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "rekeeper-scan-"));
  folder = join(home, "shop");
  mkdirSync(folder);
  git("init", "--quiet", "--initial-branch=main");
  put("README.md", "# Shop\n");
  commit("start");
});

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

test("a clean folder is 0, a leaked key 1, wrong arguments 2, what was not read 3", async () => {
  put("clean/a.txt", "nothing here\n");
  put("leaky/a.env", `TOKEN=${TOKEN}\n`);
  put("large/a.bin", Buffer.alloc(1_100_000));
  const codes = await Promise.all([
    codeOf("clean"),
    codeOf("leaky"),
    codeOf("no-such-folder"),
    codeOf("clean", "--git", "--staged"),
    codeOf("large", "--max-megabytes", "1"),
    codeOf("large", "--max-megabytes", "1", "--accept-gaps"),
    codeOf("large", "leaky", "--max-megabytes", "1"),
  ]);
  expect(codes).toEqual([0, 1, 2, 2, 3, 0, 1]);
});

test("people see what it is, where it is and what to do, and no key", async () => {
  put("shown/config/aws.ini", `[default]\n${PAIR.ini}`);
  const { stdout, stderr } = await scan("shown");
  expect(stderr).toBe("");
  expect(stdout).toContain("critical  AWS access key  AKIA…");
  expect(stdout).toContain("\n  shown/config/aws.ini:3:25\n");
  expect(stdout).toMatch(/next: .* https:\/\/console\.aws\.amazon\.com/);
  expect(stdout).toMatch(/^1 leaked key \(1 item, \d+ bytes, .*\)\.$/m);
  for (const key of [PAIR.id, PAIR.secret]) expect(stdout).not.toContain(key.slice(4, -4));
  // No terminal, no colours.
  expect(stdout).not.toContain(String.fromCodePoint(27));
});

test("links and .git are passed over, excluded paths left out, keys in file names masked", async () => {
  put("tree/.git/config", `x = ${TOKEN}\n`);
  put("tree/vendor/a.txt", `${TOKEN}\n`);
  put("outside/key.txt", `${githubToken("outside")}\n`);
  symlinkSync(join(folder, "outside", "key.txt"), join(folder, "tree", "link.txt"));
  put(`tree/${githubToken("name")}.txt`, "x\n");
  const { keys } = await scanJson("tree", "--exclude", "vendor");
  expect(keys).toEqual([
    expect.objectContaining({
      kind: "file-name",
      path: expect.stringMatching(/^tree\/ghp_….{4}\.txt$/),
    }),
  ]);
});

test("programs get exactly the fields that docs/command-line.md names", async () => {
  put("fields/a.env", `TOKEN=${TOKEN}\n`);
  const report = await scanJson("fields", "--explain");
  const page = readText("docs/command-line.md").split("## `rekeeper scan`")[1] ?? "";
  for (const name of [...Object.keys(report), ...Object.keys(report.keys[0] ?? {})]) {
    expect(page, name).toContain(`\`${name}\``);
  }
});

test("SARIF is valid by its schema and leads to the line", async () => {
  put("sarif/with space/ä.env", `# äöü\nTOKEN=${TOKEN}\n`);
  put("sarif/large.bin", Buffer.alloc(1_100_000));
  const { stdout } = await scan("sarif", "--format", "sarif", "--max-megabytes", "1");
  const log = JSON.parse(stdout);
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const isValid = ajv.compile(JSON.parse(readText("test/fixtures/sarif-schema.json")));
  expect(isValid(log), JSON.stringify(isValid.errors)).toBe(true);
  const [run] = log.runs;
  expect(run.tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(["github-pat-classic"]);
  expect(run.results).toHaveLength(1);
  expect(run.results[0]).toMatchObject({
    ruleId: "github-pat-classic",
    ruleIndex: 0,
    level: "error",
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: "sarif/with%20space/%C3%A4.env" },
          region: { startLine: 2, startColumn: 7, endLine: 2, endColumn: 7 + TOKEN.length },
        },
      },
    ],
  });
  expect(run.invocations[0].toolExecutionNotifications).toHaveLength(1);
  expect(stdout).not.toContain(TOKEN.slice(4, -4));
  // The schema refuses what is not SARIF.
  expect(isValid({ ...log, version: "2.0.0" })).toBe(false);
  expect(isValid({ ...log, runs: [{ ...run, results: [{ ruleId: "x" }] }] })).toBe(false);
});

test("standard input is scanned as one text", async () => {
  const { stdout, exitCode } = await run(["scan", "-"], `first\n${TOKEN}\n`);
  expect({ stdout: stdout.split("\n")[1], exitCode }).toEqual({
    stdout: "  standard input:2:1",
    exitCode: 1,
  });
});

test("a history shows keys that are long gone, at the commit that brought them, and in messages", async () => {
  git("switch", "--quiet", "--create", "history");
  put("old.env", `TOKEN=${TOKEN}\n`);
  const brought = commit("bring it");
  put("old.env", `# later\nTOKEN=${TOKEN}\n`);
  commit("move it down");
  git("rm", "--quiet", "old.env");
  const told = commit(`remove ${githubToken("message")}`);
  git("tag", "--annotate", "--message", `for ${githubToken("tag")}`, "v1");
  const { keys } = await scanJson("--git");
  git("switch", "--quiet", "main");
  git("branch", "--quiet", "-D", "history");
  git("tag", "--delete", "v1");
  expect(keys.map(({ kind, path, commit: id, line }) => ({ kind, path, id, line }))).toEqual([
    { kind: "file", path: "old.env", id: brought, line: 1 },
    { kind: "commit-message", path: null, id: told, line: 1 },
    { kind: "tag-message", path: null, id: expect.stringMatching(/^[0-9a-f]{40}$/), line: 1 },
  ]);
  expect(keys[0]).toMatchObject({ authorName: "Ada", committedAt: expect.stringMatching(/Z$/) });
});

test("staged keys count when they are new: not those of the last commit, moved ones neither", async () => {
  git("switch", "--quiet", "--create", "staged");
  put("known.env", `TOKEN=${TOKEN}\n`);
  commit("known");
  put("known.env", `TOKEN=${TOKEN}\nMORE=1\n`);
  git("add", "known.env");
  expect(await codeOf("--staged")).toBe(0);
  git("mv", "known.env", "moved.env");
  expect(await codeOf("--staged")).toBe(0);
  put("fresh.env", `TOKEN=${githubToken("fresh")}\n`);
  expect(await codeOf("--staged")).toBe(0);
  git("add", "fresh.env");
  const { keys } = await scanJson("--staged");
  git("reset", "--quiet", "--hard");
  git("switch", "--quiet", "main");
  expect(keys.map(({ path, line }) => `${path}:${line}`)).toEqual(["fresh.env:1"]);
});

test("the first commit of a repository is compared with nothing", async () => {
  const empty = join(home, "empty");
  mkdirSync(empty);
  execFileSync("git", ["init", "--quiet", empty]);
  writeFileSync(join(empty, "a.env"), `TOKEN=${TOKEN}\n`);
  execFileSync("git", ["-C", empty, "add", "a.env"]);
  expect((await run(["scan", empty, "--staged"])).exitCode).toBe(1);
  expect((await run(["scan", empty, "--diff"])).exitCode).toBe(2);
});

test("a hook of git sees the index that git made for it", async () => {
  git("switch", "--quiet", "--create", "hook", "main");
  put("a.txt", "one\n");
  commit("one");
  const hook = join(folder, ".git", "hooks", "pre-commit");
  const command = `"${process.execPath}" "${PROGRAM}" scan --staged`;
  writeFileSync(hook, `#!/bin/sh\nexec ${command}\n`, { mode: 0o755 });
  put("a.txt", `${TOKEN}\n`);
  // Commits the file without staging it first: git puts it into an index of this commit only.
  expect(() => git("commit", "--quiet", "--message", "two", "a.txt")).toThrow(/1 leaked key/);
  rmSync(hook);
  git("reset", "--quiet", "--hard");
  git("switch", "--quiet", "main");
});

test("a range is read commit by commit: a key that it adds and removes is reported", async () => {
  git("switch", "--quiet", "--create", "range", "main");
  put("gone.env", `TOKEN=${TOKEN}\n`);
  const brought = commit("bring it");
  git("rm", "--quiet", "gone.env");
  commit("remove it");
  const { keys } = await scanJson("--diff", "main..range");
  expect(keys.map(({ path, commit: id }) => ({ path, id }))).toEqual([
    { path: "gone.env", id: brought },
  ]);
  expect(await codeOf("--diff", "HEAD~1..HEAD")).toBe(0);
  expect(await codeOf("--diff", "no-such-branch..HEAD")).toBe(2);
  // Without a range: what no remote has.
  git("update-ref", "refs/remotes/origin/range", "HEAD");
  expect(await codeOf("--diff")).toBe(0);
  git("update-ref", "refs/remotes/origin/range", "main");
  expect(await codeOf("--diff")).toBe(1);
  git("update-ref", "-d", "refs/remotes/origin/range");
  git("switch", "--quiet", "main");
});

test("of a diff on standard input the added lines count", async () => {
  put("d.txt", `one\n${githubToken("before")}\nthree\n`);
  commit("before");
  put("d.txt", `one\n${githubToken("before")}\nthree\n${TOKEN}\n`);
  const diff = git("diff");
  git("checkout", "--quiet", "d.txt");
  const { stdout } = await run(["scan", "--diff", "-", "--format", "json"], diff);
  const keys = JSON.parse(stdout).keys as readonly ReportedKey[];
  expect(keys.map(({ path, line }) => `${path}:${line}`)).toEqual(["d.txt:4"]);
});

test("a baseline holds no key, leaves out what is in it, and is of use under its pepper only", async () => {
  put("base/a.env", `TOKEN=${TOKEN}\n`);
  const file = join(home, "baseline.json");
  expect(await codeOf("base", "--write-baseline", file)).toBe(0);
  expect(readFileSync(file, "utf8")).not.toContain(TOKEN.slice(4, -4));
  expect(await codeOf("base", "--baseline", file)).toBe(0);
  put("base/b.env", `TOKEN=${githubToken("later")}\n`);
  const { keys, baselineCount } = await scanJson("base", "--baseline", file);
  expect({ paths: keys.map(({ path }) => path), baselineCount }).toEqual({
    paths: ["base/b.env"],
    baselineCount: 1,
  });
  const other = { REKEEPER_PEPPER: "another pepper of more than thirty-two characters" };
  const refused = await run(["scan", "base", "--baseline", file], "", other);
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain("made with another pepper");
});

test("--explain says why something in a key's form is not reported", async () => {
  put("why/a.txt", ["AKIA", "IOSFODNN7", "EXAMPLE\n"].join(""));
  const { keys, dropped } = await scanJson("why", "--explain");
  expect(keys).toEqual([]);
  expect(dropped).toEqual([
    expect.objectContaining({
      reason: "placeholder",
      rule: "aws-access-key",
      path: "why/a.txt",
      line: 1,
    }),
  ]);
  expect((await scan("why", "--explain")).stdout).toContain("a placeholder");
});

test("--explain says so of archives, of what is staged, and of a history once, with who brought it", async () => {
  const sample = ["AKIA", "IOSFODNN7", "EXAMPLE\n"].join("");
  const isDropped = { reason: "placeholder", rule: "aws-access-key" };
  git("checkout", "--quiet", "-b", "why", "main");
  put("why/packed.zip", Buffer.from(zipOf({ "in/a.txt": Buffer.from(sample) })));
  const packed = await scanJson("why/packed.zip", "--explain");
  expect(packed.dropped).toEqual([expect.objectContaining({ ...isDropped, inside: "in/a.txt" })]);

  put("why-b.txt", sample);
  git("add", "why-b.txt");
  const staged = await scanJson("--staged", "--explain", ".");
  expect(staged.dropped).toEqual([expect.objectContaining({ ...isDropped, path: "why-b.txt" })]);

  commit("first");
  put("why-b.txt", `# the same\n${sample}`);
  commit("second");
  const head = git("rev-parse", "why").trim();
  const ranged = await scanJson("--diff", "why~1..why", "--explain", ".");
  expect(ranged.dropped).toEqual([
    expect.objectContaining({ ...isDropped, path: "why-b.txt", commit: head, line: 2 }),
  ]);
  const { dropped } = await scanJson("--git", "--explain", ".");
  expect(dropped?.filter((one) => "path" in one && one.path === "why-b.txt")).toEqual([
    expect.objectContaining({ ...isDropped, commit: expect.any(String) }),
  ]);
  git("checkout", "--quiet", "main");
});

test("the .env of a scanned folder tells nobody what to do", async () => {
  put("hostile/.env", `NODE_OPTIONS=--require=./evil.cjs\nREKEEPER_PEPPER=short\n`);
  put("hostile/evil.cjs", `process.stdout.write("evil");\n`);
  const outcome = await run(["scan"], "", {}, join(folder, "hostile"));
  expect(outcome.stdout).toMatch(/^No leaked key/);
});

test("many files are scanned in several threads with the same result as in one", async () => {
  const filler = `${"const a = 1;\n".repeat(80_000)}`;
  for (let index = 0; index < 26; index++) {
    put(
      `many/${String(index).padStart(2, "0")}.ts`,
      `${filler}const k = "${githubToken(`many ${index}`)}";\n`,
    );
  }
  const [one, two] = await Promise.all([
    scanJson("many", "--threads", "1"),
    scanJson("many", "--threads", "2"),
  ]);
  expect(one.keys).toHaveLength(26);
  expect(two.keys).toEqual(one.keys);
  rmSync(join(folder, "many"), { recursive: true });
});

test("rules are listed, shown, checked and used; wrong ones are named with line and reason", async () => {
  const list = await run(["rules", "list"]);
  expect(list.stdout).toMatch(/^aws-access-key +provider +critical +AWS access key$/m);
  expect((await run(["rules", "show", "aws-access-key"])).stdout).toContain("1. ");
  expect((await run(["rules", "show", "aws-acces-key"])).stderr).toContain(
    "did you mean aws-access-key?",
  );
  const toml = join(home, "foreign.toml");
  writeFileSync(
    toml,
    `[[rules]]\nid = "acme-token"\nregex = '''\\b(acme_[a-z0-9]{32})\\b'''\nentropy = 3\n`,
  );
  const file = join(home, "acme.yml");
  const imported = await run(["rules", "import", toml, "--provider", "acme", "--output", file]);
  expect(imported.stderr).toBe("1 rule imported, 0 left out.\n");
  expect((await run(["rules", "check", file])).stdout).toContain("1 rule, all examples hold");
  put("own/a.txt", "token acme_q7w2z9x4k1m8n3b6v5c0p2r4t7y9u1s3 here\n");
  expect(await codeOf("own", "--rules", file)).toBe(1);
  writeFileSync(file, readFileSync(file, "utf8").replace("{32}", "*"));
  const refused = await run(["rules", "check", file]);
  expect(refused).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/acme\.yml:\d+:\d+: .*no bound/),
  });
});

test("a private key is one finding, wherever it stands", async () => {
  put("pem/key.pem", pemKey("scan"));
  expect((await scanJson("pem")).keys).toHaveLength(1);
});

interface ReportedKey {
  readonly kind: string;
  readonly path: string | null;
  readonly commit: string | null;
  readonly line: number;
}

interface Report {
  readonly keys: readonly ReportedKey[];
  readonly dropped?: readonly object[];
  readonly baselineCount: number;
}

function put(path: string, contents: string | Buffer): void {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, contents);
}

function git(...args: string[]): string {
  const who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
  return execFileSync("git", ["-C", folder, ...who, ...args], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: home, XDG_CONFIG_HOME: home },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Commits the files of the top folder alone, so that the tests' folders stay out of the history. */
function commit(message: string): string {
  execFileSync("sh", ["-c", "git add -- *.*"], { cwd: folder });
  git("commit", "--quiet", "--message", message);
  return git("rev-parse", "HEAD").trim();
}

async function scan(...args: string[]): Promise<Outcome> {
  return await run(["scan", ...args]);
}

async function codeOf(...args: string[]): Promise<number | null> {
  return (await scan(...args)).exitCode;
}

async function scanJson(...args: string[]): Promise<Report> {
  const { stdout, stderr } = await scan(...args, "--format", "json");
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

async function run(
  args: readonly string[],
  input = "",
  environment: Readonly<Record<string, string>> = {},
  cwd = folder,
): Promise<Outcome> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd,
    env: { PATH: process.env["PATH"], XDG_CONFIG_HOME: home, ...environment },
    stdio: "pipe",
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const [exitCode, stdout, stderr] = await Promise.all([
    exited,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { exitCode, stdout, stderr };
}
