/** Records the keys that the scan of an event's texts found, and asks for an answer to them. */
import { recordIncident, recordOccurrences } from "../db/incidents.ts";
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
  const incidentIds: number[] = [];
  for (const hit of known) {
    const incidentId = await recordIncident(trx, {
      accountId: asAccountId(payload.repository.owner?.id),
      repositoryId: origin.repositoryId as RepositoryId,
      fingerprint: hit.finding.fingerprint,
      rule: hit.finding.rule,
      masked: hit.finding.masked,
      lane: hit.lane,
      severity: hit.severity,
      seenAt: now,
    });
    const occurrence: TextOccurrence = {
      ...hit.text,
      place: hit.finding.place,
      authorName: payload.sender?.login ?? "unknown",
      writtenAt: now,
    };
    const sighting = { personId: origin.senderId, foundAt: now };
    await recordOccurrences(trx, incidentId, [occurrence], sighting);
    incidentIds.push(incidentId);
  }
  const { installationId, repositoryId } = origin;
  const number = known[0]?.text.subjectNumber ?? null;
  return [{ name: "report-subject", data: { installationId, repositoryId, number, incidentIds } }];
}
