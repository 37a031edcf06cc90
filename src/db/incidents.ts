/** Keys that leaked, one row per key and repository, with the places they were seen at. */
import type { Selectable } from "kysely";
import { inChunks } from "../lib/chunks.ts";
import type { Change } from "../model/change.ts";
import type { Place } from "../model/finding.ts";
import type { AccountId, Fingerprint, RepositoryId, RuleId } from "../model/ids.ts";
import type { Lane, Severity } from "../model/rule.ts";
import type { Db, Tables } from "./schema.ts";

export type IncidentRow = Selectable<Tables["incidents"]>;
export type OccurrenceRow = Selectable<Tables["occurrences"]>;

export interface IncidentSighting {
  readonly accountId: AccountId;
  readonly repositoryId: RepositoryId;
  readonly fingerprint: Fingerprint;
  readonly rule: RuleId;
  readonly masked: string;
  readonly lane: Lane;
  readonly severity: Severity;
  readonly seenAt: Date;
}

export interface OccurrenceSighting {
  readonly change: Pick<Change, "commit" | "blob" | "path" | "author" | "committedAt">;
  readonly place: Place;
  readonly pusherId: number | null;
  readonly foundAt: Date;
}

const ROWS_PER_STATEMENT_MAX = 1_000;

/** Opens an incident or notes that its key was seen again. @returns the incident's id. */
export async function recordIncident(db: Db, sighting: IncidentSighting): Promise<number> {
  const row = await db
    .insertInto("incidents")
    .values({
      account_id: sighting.accountId,
      repository_id: sighting.repositoryId,
      fingerprint: sighting.fingerprint,
      rule_id: sighting.rule,
      masked: sighting.masked,
      lane: sighting.lane,
      severity: sighting.severity,
      first_seen_at: sighting.seenAt,
      last_seen_at: sighting.seenAt,
    })
    .onConflict((conflict) =>
      conflict
        .columns(["repository_id", "fingerprint"])
        .doUpdateSet({ last_seen_at: sighting.seenAt }),
    )
    .returning("id")
    .executeTakeFirstOrThrow();
  return row.id;
}

export async function recordOccurrences(
  db: Db,
  incidentId: number,
  sightings: readonly OccurrenceSighting[],
): Promise<void> {
  for (const chunk of inChunks(sightings, ROWS_PER_STATEMENT_MAX)) {
    await db
      .insertInto("occurrences")
      .values(
        chunk.map(({ change, place, pusherId, foundAt }) => ({
          incident_id: incidentId,
          commit_id: change.commit,
          blob: change.blob,
          path: change.path,
          line: place.line,
          column_start: place.column,
          line_end: place.lineEnd,
          column_end: place.columnEnd,
          author_name: change.author.name,
          committed_at: change.committedAt,
          pusher_id: pusherId,
          found_at: foundAt,
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/** @throws Error when there is no such incident. */
export async function getIncident(db: Db, id: number): Promise<IncidentRow> {
  return await db
    .selectFrom("incidents")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirstOrThrow(() => new Error(`there is no incident ${id}`));
}

/** The earliest places of each incident, at most `perIncidentMax` of each, oldest first. */
export async function listOccurrences(
  db: Db,
  incidentIds: readonly number[],
  perIncidentMax: number,
): Promise<readonly OccurrenceRow[]> {
  if (incidentIds.length === 0) return [];
  return await db
    .selectFrom((from) =>
      from
        .selectFrom("occurrences")
        .selectAll()
        .select((select) =>
          select.fn
            .agg<number>("row_number")
            .over((over) => over.partitionBy("incident_id").orderBy("committed_at").orderBy("id"))
            .as("position"),
        )
        .where("incident_id", "in", [...incidentIds])
        .as("ranked"),
    )
    .selectAll()
    .where("position", "<=", perIncidentMax)
    .orderBy("incident_id")
    .orderBy("position")
    .execute();
}
