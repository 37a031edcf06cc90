import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";
import { SettingsError } from "../../../src/config/parse-settings.ts";
import { readPepper } from "../../../src/config/pepper.ts";

const run = promisify(execFile);
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rekeeper-pepper-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("takes the operator's pepper and writes nothing", () => {
  expect(readPepper("from the operator", folder)).toBe("from the operator");
  expect(existsSync(join(folder, "pepper"))).toBe(false);
});

it("makes a pepper at the first start and keeps it, for its owner only", () => {
  const made = readPepper(undefined, folder);
  expect(made).toMatch(/^[0-9a-f]{64}$/);
  expect(readPepper(undefined, folder)).toBe(made);
  expect(statSync(join(folder, "pepper")).mode & 0o777).toBe(0o600);
});

it("makes another one in another folder", () => {
  const other = mkdtempSync(join(folder, "other-"));
  expect(readPepper(undefined, other)).not.toBe(readPepper(undefined, folder));
});

it("is one for all processes that start at once in a new folder", async () => {
  const script = `
    import { readPepper } from ${JSON.stringify(join(import.meta.dirname, "../../../src/config/pepper.ts"))};
    process.stdout.write(readPepper(undefined, process.argv[1]));`;
  const start = async (): Promise<string> =>
    (await run(process.execPath, ["--input-type=module", "-e", script, folder])).stdout;
  const peppers = await Promise.all([start(), start(), start(), start()]);
  expect(new Set(peppers).size).toBe(1);
  expect(peppers[0]).toBe(readPepper(undefined, folder));
});

it.each([
  ["cut", "abc123"],
  ["empty", ""],
  ["of another make", "G".repeat(64)],
])("refuses a kept pepper that is %s, and invents none in its place", (_state, text) => {
  writeFileSync(join(folder, "pepper"), text);
  expect(() => readPepper(undefined, folder)).toThrow(SettingsError);
  expect(() => readPepper(undefined, folder)).toThrow(/is damaged: restore the file from a backup/);
  expect(readFileSync(join(folder, "pepper"), "utf8")).toBe(text);
});

it("says so when the folder cannot be written", () => {
  expect(() => readPepper(undefined, join(folder, "nowhere"))).toThrow(/cannot be written/);
});
