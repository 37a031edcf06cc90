/**
 * Packs a copy of the repository, installs the tarball into an empty folder and runs it there, as
 * `npm run check:pack`. It needs a registry, so it is no test.
 */
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "rekeeper-pack-"));

try {
  const tarball = pack(join(folder, "copy"));
  const empty = join(folder, "empty");
  mkdirSync(empty);
  writeFileSync(join(empty, "package.json"), "{}\n");
  run(empty, "npm", ["install", "--no-fund", "--no-audit", tarball]);
  const program = join(empty, "node_modules", ".bin", "rekeeper");
  for (const args of [["--version"], ["rules", "list"], ["scan", "package.json"]]) {
    const printed = run(empty, program, args);
    console.log(`rekeeper ${args.join(" ")}: ${printed.trim().split("\n").at(-1)}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** In a copy, since packing changes the manifest while it lasts. */
function pack(copy: string): string {
  const listed = run(ROOT, "git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
  // What is deleted and not committed yet is listed too.
  for (const path of listed
    .split("\0")
    .filter((name) => name !== "" && existsSync(join(ROOT, name)))) {
    cpSync(join(ROOT, path), join(copy, path), { force: true });
  }
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
  const printed = run(copy, "npm", ["pack", "--json"]);
  const [{ filename, files, size }] = JSON.parse(printed.slice(printed.lastIndexOf("\n[")));
  console.log(`${filename}: ${files.length} files, ${(size / 1e6).toFixed(1)} MB`);
  return join(copy, filename);
}

function run(cwd: string, program: string, args: readonly string[]): string {
  return execFileSync(program, args, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
}
