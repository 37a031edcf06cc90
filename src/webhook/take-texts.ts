/** Records the keys that the scan of an event's texts found, and asks for an answer to them. */
import { recordSighting } from "../db/incidents.ts";
import type { DbTransaction } from "../db/schema.ts";
import type { Finding } from "../model/finding.ts";
import { asAccountId, type RepositoryId } from "../model/ids.ts";
import type { TextOccurrence } from "../model/occurrence.ts";
import type { Lane, Severity } from "../model/rule.ts";
import type { EventText } from "./event-texts.ts";
import type { Job } from "./intake.ts";
import { type EventPayload, recordOrigin } from "./sender.ts";

/** A key in a text, with what its rule says of it. */
export interface TextFinding {
  readonly text: Omit<EventText, "text"> & {
    /** Of a branch or tag its name, with the keys in it masked. */
    readonly path?: string;
  };
  readonly finding: Finding;
  readonly lane: Lane;
  readonly severity: Severity;
}

export async function takeTextFindings(
  trx: DbTransaction,
  payload: EventPayload,
  found: readonly TextFinding[],
  now: Date,
): Promise<readonly Job[]> {
  // Unknown keys are a notice in a check run; in a conversation they would be noise.
  const known = found.filter((hit) => hit.lane === "provider");
  if (known.length === 0) return [];
  const origin = await recordOrigin(trx, payload, now);
  const accountId = asAccountId(payload.repository.owner?.id);
  const repositoryId = origin.repositoryId as RepositoryId;
  const incidentIds: number[] = [];
  for (const hit of known) {
    const { fingerprint, rule, masked, place } = hit.finding;
    const { lane, severity } = hit;
    const sighting = { accountId, repositoryId, fingerprint, rule, masked, lane, severity };
    const occurrence: TextOccurrence = {
      ...hit.text,
      place,
      authorName: payload.sender?.login ?? "unknown",
      writtenAt: now,
    };
    const places = { occurrences: [occurrence], personId: origin.senderId };
    incidentIds.push(await recordSighting(trx, { ...sighting, seenAt: now }, places));
  }
  const { installationId } = origin;
  const number = known[0]?.text.subjectNumber ?? null;
  return [{ name: "report-subject", data: { installationId, repositoryId, number, incidentIds } }];
}
