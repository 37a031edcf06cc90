import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parseCompiledRules } from "../../../src/rules/load.ts";
import { toyFile } from "../../support/toy-rules.ts";

const SCRIPT = join(import.meta.dirname, "..", "..", "..", "scripts", "build-rules.ts");
const VALID = toyFile([{ id: "toy-key", pattern: "zed_[a-z]{9}" }]);

let folder: string;
let target: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rules-"));
  target = join(folder, "build", "rules.json");
});

afterEach(() => rm(folder, { recursive: true }));

function build(): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, [SCRIPT, folder, target]);
}

it("writes the compiled rules, and again only when a rule file has changed", async () => {
  await writeFile(join(folder, "toy.yml"), VALID);
  await build();
  const first = parseCompiledRules(await readFile(target, "utf8"));
  const { ino } = await stat(target);
  expect(first.rules.map((rule) => rule.id)).toEqual(["toy-key"]);

  expect((await build()).stdout).toBe("");
  expect((await stat(target)).ino).toBe(ino);

  await writeFile(join(folder, "toy.yml"), VALID.replace("zed_", "zod_"));
  await build();
  const second = parseCompiledRules(await readFile(target, "utf8"));
  expect(second.hash).not.toBe(first.hash);
  expect(second.rules[0]?.pattern).toBe("zod_[a-z]{9}");
  expect(await readdir(join(folder, "build"))).toEqual(["rules.json"]);
});

it("fails with file, line and reason, and leaves the rules that were built before", async () => {
  await writeFile(join(folder, "toy.yml"), VALID);
  await build();
  const before = await readFile(target, "utf8");
  await writeFile(join(folder, "toy.yml"), VALID.replace("zed_", "z"));
  await expect(build()).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/toy\.yml:\d+:5: toy-key: .* holds no literal/),
  });
  expect(await readFile(target, "utf8")).toBe(before);
});
