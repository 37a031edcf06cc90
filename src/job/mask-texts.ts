/** Replaces keys in names that are about to be stored or shown: paths and author names. */
import type { RepositoryRow } from "../db/repositories.ts";
import type { Change } from "../model/change.ts";
import type { ObjectId } from "../model/ids.ts";
import { linesOf, maskedLine } from "../model/masked-line.ts";
import type { JobParts } from "./parts.ts";

/** The same changes with every key in their paths and author names masked. */
export async function maskNames(
  parts: JobParts,
  repository: RepositoryRow,
  changes: readonly Change[],
): Promise<readonly Change[]> {
  const names = [...new Set(changes.flatMap((change) => [change.path, change.author.name]))];
  const [first] = changes;
  if (first === undefined) return changes;
  const masked = await maskLines(parts, repository, names, first.commit);
  return changes.map((change) => ({
    ...change,
    path: masked.get(change.path) ?? change.path,
    author: { ...change.author, name: masked.get(change.author.name) ?? change.author.name },
  }));
}

/** Those of the names that hold a key, with their masked form. @param id stands for them all. */
export async function maskLines(
  parts: JobParts,
  repository: RepositoryRow,
  names: readonly string[],
  id: ObjectId,
): Promise<ReadonlyMap<string, string>> {
  if (names.length === 0) return new Map();
  const text = linesOf(names);
  const fragment = { blob: id, bytes: Buffer.from(text, "utf8") };
  const [result] = await parts.pool.scan([fragment], parts.fingerprintKey(repository.account_id));
  const findings = result?.findings ?? [];
  const hit = new Set(findings.map((finding) => finding.place.line));
  return new Map(
    names
      .map((name, index) => [name, index + 1] as const)
      .filter(([, line]) => hit.has(line))
      .map(([name, line]) => [name, maskedLine(text, line, findings)]),
  );
}
