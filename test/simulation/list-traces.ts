/** Looks for the text of any key in everything that the instances of a world keep or said. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Kysely, PostgresDialect } from "kysely";
import type { Tables } from "../../src/db/schema.ts";
import {
  fileEvidence,
  objectEvidence,
  requestEvidence,
  tableEvidence,
} from "../support/evidence.ts";
import { findTraces } from "../support/find-traces.ts";
import type { Story } from "./act-out.ts";
import type { KeyName } from "./plan.ts";
import { keyText } from "./render-push.ts";
import type { World } from "./world.ts";

export async function listTraces(
  { folder, pool, sandbox }: World,
  stories: readonly Story[],
): Promise<readonly string[]> {
  const keys = Object.fromEntries(
    stories.flatMap(({ plan }) =>
      [
        ...new Set(
          plan.commits.flatMap(({ files }) => Object.values(files)).flatMap((one) => one ?? []),
        ),
      ].map((key: KeyName) => [`${key} of seed ${plan.seed}`, keyText(plan.seed, key)]),
    ),
  );
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const objects = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name, "git"))
    // One that was killed in its start has none.
    .filter((caches) => existsSync(caches))
    .flatMap((caches) => [...objectEvidence(caches)]);
  return findTraces(keys, [
    ...requestEvidence(sandbox.state),
    ...(await tableEvidence(db)),
    ...fileEvidence(folder),
    ...objects,
  ]);
}
