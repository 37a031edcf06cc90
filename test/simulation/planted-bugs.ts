/** Bugs that the simulation must catch, planted into a copy of the sources. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../support/repository-files.ts";

export interface Patch {
  /** Below `src`. */
  readonly file: string;
  /** Stands there exactly once. */
  readonly find: string;
  readonly replace: string;
}

export const PLANTED_BUGS: Readonly<Record<PlantedBug, readonly Patch[]>> = {
  "skip dedupe": [
    {
      file: "job/write-check.ts",
      find: "row.remote_id ?? (wasThere ? await findCheckRun(octokit, key) : undefined)",
      replace: "row.remote_id ?? undefined",
    },
    {
      file: "job/write-issue.ts",
      find: "known ?? (await findIssueByMarker(octokit, home, search))",
      replace: "known ?? undefined",
    },
  ],
  "answer before storing": [
    {
      file: "webhook/door.ts",
      find: "const outcome = await inTime(async () => intake.take(delivery, await prepare()));",
      replace: `const outcome = "stored";
      void inTime(async () => intake.take(delivery, await prepare())).catch(() => undefined);`,
    },
  ],
  "write down a key": [
    {
      file: "job/collect-hits.ts",
      find: "    batch.push(item);",
      replace: "    batch.push(item);\n    process.stdout.write(item.bytes);",
    },
  ],
  "report before recording": [
    {
      file: "job/write-check.ts",
      find: "  const { row, wasThere } = await recordIntent(parts.db, intentKey, parts.now());",
      replace: `  const { rows } = await parts.db.selectFrom("intents").selectAll()
    .where("kind", "=", "check-run").where("repository_id", "=", subject.repository.id)
    .where("target", "=", subject.head).execute().then((rows) => ({ rows }));
  const early = rows.length > 0 ? undefined
    : await createCheckRun(octokit, checkKeyOf(parts, subject), state);
  const { row, wasThere } = await recordIntent(parts.db, intentKey, parts.now());
  if (early !== undefined) {
    const placeId = subject.repository.id;
    return await recordIntentDone(parts.db, intentKey, { remoteId: early, placeId, contentHash });
  }`,
    },
  ],
};

/** Runs seeds without git; how a service behaves with it is for those that run with the sources. */
export const QUICK_SOURCE: Patch = {
  file: "source/git-source.ts",
  find: "export function createGitSource(settings: GitSettings): GitSource {",
  replace: `export { createGitSource } from "${pathToFileURL(join(ROOT, "test/simulation/quick-source.ts"))}";
export function createRealGitSource(settings: GitSettings): GitSource {`,
};

/** Has the HTTP client repeat a request in a hundredth of the time: it is no part of what is tried. */
export const HASTY_CLIENT: Patch = {
  file: "github/client.ts",
  find: "retry: { retries: RETRIES_MAX,",
  replace: "retry: { retryAfterBaseValue: 10, retries: RETRIES_MAX,",
};

export type PlantedBug =
  | "skip dedupe"
  | "answer before storing"
  | "report before recording"
  | "write down a key";

export interface SourceCopy {
  /** The copy of `src`. */
  readonly source: string;
  remove(): void;
}

/** @throws Error when a patch no longer applies: then it has to follow the sources. */
export function copySource(patches: readonly Patch[]): SourceCopy {
  const folder = mkdtempSync(join(tmpdir(), "rekeeper-copy-"));
  const source = join(folder, "src");
  cpSync(join(ROOT, "src"), source, { recursive: true });
  for (const name of ["app.yml", "build", "migrations", "node_modules", "package.json", "rules"]) {
    symlinkSync(join(ROOT, name), join(folder, name));
  }
  for (const { file, find, replace } of patches) {
    const path = join(source, file);
    const pieces = readFileSync(path, "utf8").split(find);
    if (pieces.length !== 2) {
      throw new Error(`the patch of ${file} applies ${pieces.length - 1} times: ${find}`);
    }
    writeFileSync(path, pieces.join(replace));
  }
  return { source, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
