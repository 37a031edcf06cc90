/** A git that is too old is told at start, not at the first private repository. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_GIT_LIMITS } from "../../../src/source/git-settings.ts";
import { getGitVersion } from "../../../src/source/git-version.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "rekeeper-version-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function versionWith(path: string): Promise<string> {
  const settings = { cacheDir: root, environment: { path }, limits: DEFAULT_GIT_LIMITS };
  return await getGitVersion(settings, new AbortController().signal);
}

function pretend(version: string): Promise<string> {
  const script = `#!/bin/sh\necho git version ${version}\n`;
  writeFileSync(join(root, "git"), script, { mode: 0o700 });
  return versionWith(root);
}

describe("the installed git", () => {
  it("is new enough here", async () => {
    expect(await versionWith(process.env["PATH"] ?? "")).toMatch(/^\d+\.\d+/);
  });

  it.each(["2.31.0", "2.39.5", "2.51.0.windows.1", "3.0.0"])("may be %s", async (version) => {
    expect(version.startsWith(await pretend(version))).toBe(true);
  });

  it.each(["2.30.2", "1.8.3.1", "strange"])("may not be %s", async (version) => {
    await expect(pretend(version)).rejects.toThrow("is too old: install 2.31 or newer");
  });

  it("is told to be missing where there is none", async () => {
    await expect(versionWith(join(root, "nowhere"))).rejects.toThrow("install git 2.31");
  });
});
