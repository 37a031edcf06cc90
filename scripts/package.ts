/**
 * Makes the folder ready to be packed, and puts it back afterwards: npm runs this by itself.
 *
 *     node scripts/package.ts begin|end
 *
 * Packed is JavaScript, since Node strips no types below node_modules, and without the Node that a
 * checkout brings along: who installs the package has chosen one.
 */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  globSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const MANIFEST = join(ROOT, "package.json");
const KEPT_MANIFEST = join(ROOT, "package.json.kept");
const DIST = join(ROOT, "dist");

const [step] = process.argv.slice(2);
if (step === "begin") begin();
else end();

function begin(): void {
  end();
  const { status } = spawnSync("tsc", ["-p", "tsconfig.build.json"], {
    cwd: ROOT,
    stdio: "inherit",
  });
  if (status !== 0) {
    rmSync(DIST, { recursive: true, force: true });
    process.exit(1);
  }
  // What the compiler does not know: pages and styles that are served as they are.
  for (const path of globSync("**/*.{js,css}", { cwd: join(ROOT, "src") })) {
    cpSync(join(ROOT, "src", path), join(DIST, path));
  }
  const text = readFileSync(MANIFEST, "utf8");
  const { optionalDependencies: _pinnedNode, ...manifest } = JSON.parse(text);
  writeFileSync(KEPT_MANIFEST, text);
  writeFileSync(MANIFEST, `${JSON.stringify(manifest, undefined, 2)}\n`);
}

/** Also after a packing that was ended halfway: a `dist` that is left would be run in place of the sources. */
function end(): void {
  if (existsSync(KEPT_MANIFEST)) renameSync(KEPT_MANIFEST, MANIFEST);
  rmSync(DIST, { recursive: true, force: true });
}
