/** Replaces keys in names that are about to be stored or shown: paths and author names. */
import type { RepositoryRow } from "../db/repositories.ts";
import type { Change } from "../model/change.ts";
import type { Finding } from "../model/finding.ts";
import type { ObjectId } from "../model/ids.ts";
import type { JobParts } from "./parts.ts";

/** One line of a text with every key in it replaced by its mask. @param line counts from 1. */
export function maskedLine(text: string, line: number, findings: readonly Finding[]): string {
  const content = text.split("\n")[line - 1] ?? "";
  const inLine = findings
    .filter(({ place }) => place.line <= line && place.lineEnd >= line)
    .toSorted((a, b) => b.place.column - a.place.column);
  // Columns count characters, so the line is cut by characters and not by UTF-16 units.
  let characters = [...content];
  for (const { place, masked } of inLine) {
    const start = place.line < line ? 0 : place.column - 1;
    const end = place.lineEnd > line ? characters.length : place.columnEnd;
    characters = [...characters.slice(0, start), ...masked, ...characters.slice(end)];
  }
  return characters.join("");
}

/** Names as a text of one line each; a line break within a name would move those behind it. */
export function linesOf(names: readonly string[]): string {
  return names.map((name) => name.replaceAll("\n", "\u{2424}")).join("\n");
}

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
