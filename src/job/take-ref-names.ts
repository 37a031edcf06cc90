/** Finds keys in the names of branches and tags that no webhook told of, and asks for an answer. */
import { recordSighting } from "../db/incidents.ts";
import type { DbTransaction } from "../db/schema.ts";
import { inChunks } from "../lib/chunks.ts";
import type { Finding } from "../model/finding.ts";
import { type AccountId, NO_OBJECT, type RepositoryId } from "../model/ids.ts";
import { linesOf, maskedLine } from "../model/masked-line.ts";
import type { JobParts } from "./parts.ts";
import { ruleFactsOf } from "./rule-facts.ts";
import type { RepositorySubject } from "./write-check.ts";

const NAMES_PER_TEXT_MAX = 5_000;

/** @param names in full, such as `refs/tags/v1`; a name that was seen before is recorded once. */
export async function takeRefNames(
  parts: JobParts,
  subject: RepositorySubject,
  names: readonly string[],
): Promise<void> {
  const key = parts.fingerprintKey(subject.repository.account_id);
  for (const chunk of inChunks(names, NAMES_PER_TEXT_MAX)) {
    const text = linesOf(chunk);
    const fragment = { blob: NO_OBJECT, bytes: new TextEncoder().encode(text) };
    const [result] = await parts.pool.scan([fragment], key);
    if (result === undefined || result.findings.length === 0) continue;
    await parts.db
      .transaction()
      .execute((trx) => recordNames(parts, trx, subject, { text, findings: result.findings }));
    parts.queue.wake("report-subject");
  }
}

async function recordNames(
  parts: JobParts,
  trx: DbTransaction,
  { repository, installationId }: RepositorySubject,
  { text, findings }: { readonly text: string; readonly findings: readonly Finding[] },
): Promise<void> {
  const rules = ruleFactsOf(parts.rules);
  const at = parts.now();
  const accountId = repository.account_id as AccountId;
  const repositoryId = repository.id as RepositoryId;
  const incidentIds: number[] = [];
  for (const { place, ...finding } of findings) {
    const facts = rules.get(finding.rule);
    // As in what people write, unknown keys would be noise.
    if (facts?.lane !== "provider") continue;
    const sighting = { accountId, repositoryId, ...finding, ...facts, seenAt: at };
    const occurrence = {
      kind: "ref-name",
      path: maskedLine(text, place.line, findings),
      place: { ...place, line: 1, lineEnd: 1 },
      authorName: "unknown",
      writtenAt: at,
    } as const;
    const places = { occurrences: [occurrence], personId: null };
    incidentIds.push(await recordSighting(trx, sighting, places));
  }
  if (incidentIds.length === 0) return;
  const job = { installationId, repositoryId, number: null, incidentIds };
  await parts.queue.enqueue(trx, "report-subject", job);
}
