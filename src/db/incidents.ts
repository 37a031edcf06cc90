/** Keys that leaked, one row per key and repository, with the places they were seen at. */
import { type Selectable, sql } from "kysely";
import { inChunks } from "../lib/chunks.ts";
import type { AccountId, Fingerprint, RepositoryId, RuleId } from "../model/ids.ts";
import { OPEN_STATES } from "../model/incident.ts";
import type { CommitOccurrence, Occurrence, TextOccurrence } from "../model/occurrence.ts";
import { isOwnRuleId, OWN_RULE_PREFIX } from "../model/own-rule.ts";
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

const INCIDENTS_PER_SUBJECT_MAX = 100;
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
        .doUpdateSet({ last_seen_at: sighting.seenAt, ...raisedBy(sighting) }),
    )
    .returning("id")
    .executeTakeFirstOrThrow();
  return row.id;
}

/**
 * A key that only an assignment, or a rule of the configuration, told of is known better once its
 * provider's rule finds it.
 */
function raisedBy({ lane, severity, rule, masked }: IncidentSighting) {
  if (lane !== "provider") return {};
  const isLess = isOwnRuleId(rule)
    ? sql`incidents.lane = 'generic'`
    : sql`(incidents.lane = 'generic' or incidents.rule_id like ${`${OWN_RULE_PREFIX}%`})`;
  const raised = <Value extends string>(column: string, value: Value) =>
    sql<Value>`case when ${isLess} then ${value} else ${sql.ref(`incidents.${column}`)} end`;
  return {
    lane: raised("lane", lane),
    severity: raised("severity", severity),
    rule_id: raised("rule_id", rule),
    masked: raised("masked", masked),
  };
}

/** Records a key with the places it was seen at. @returns the incident's id. */
export async function recordSighting(
  db: Db,
  sighting: IncidentSighting,
  places: { readonly occurrences: readonly Occurrence[]; readonly personId: number | null },
): Promise<number> {
  const incidentId = await recordIncident(db, sighting);
  const { occurrences, personId } = places;
  await recordOccurrences(db, incidentId, occurrences, { personId, foundAt: sighting.seenAt });
  return incidentId;
}

/** @param sighting who brought them to GitHub, and when that was seen. */
async function recordOccurrences(
  db: Db,
  incidentId: number,
  occurrences: readonly Occurrence[],
  sighting: { readonly personId: number | null; readonly foundAt: Date },
): Promise<void> {
  for (const chunk of inChunks(occurrences, ROWS_PER_STATEMENT_MAX)) {
    await db
      .insertInto("occurrences")
      .values(
        chunk.map((occurrence) => ({
          incident_id: incidentId,
          ...placeColumnsOf(occurrence),
          author_name: occurrence.authorName,
          written_at: occurrence.writtenAt,
          person_id: sighting.personId,
          found_at: sighting.foundAt,
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/** Every kind of place fills some of the columns. */
function placeColumnsOf({ kind, place, ...named }: Occurrence) {
  const all: Partial<Omit<CommitOccurrence, "kind"> & Omit<TextOccurrence, "kind">> = named;
  return {
    kind,
    commit_id: all.commit ?? null,
    path: all.path ?? null,
    inside: all.inside ?? null,
    subject_number: all.subjectNumber ?? null,
    subject_id: all.subjectId ?? null,
    line: place.line,
    column_start: place.column,
    line_end: place.lineEnd,
    column_end: place.columnEnd,
  };
}

export async function listIncidentsByIds(
  db: Db,
  ids: readonly number[],
): Promise<readonly IncidentRow[]> {
  if (ids.length === 0) return [];
  return await db
    .selectFrom("incidents")
    .selectAll()
    .where("id", "in", [...ids])
    .orderBy("id")
    .execute();
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
            .over((over) => over.partitionBy("incident_id").orderBy("written_at").orderBy("id"))
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

/** Incidents whose key stands in the texts of an issue or pull request, oldest first. */
export async function listTextIncidents(
  db: Db,
  repositoryId: RepositoryId,
  subjectNumber: number,
): Promise<readonly IncidentRow[]> {
  return await db
    .selectFrom("incidents")
    .selectAll()
    .where("repository_id", "=", repositoryId)
    .where((where) =>
      where.exists(
        where
          .selectFrom("occurrences")
          .select("occurrences.id")
          .whereRef("occurrences.incident_id", "=", "incidents.id")
          .where("subject_number", "=", subjectNumber),
      ),
    )
    .orderBy("id")
    .limit(INCIDENTS_PER_SUBJECT_MAX)
    .execute();
}

const INCIDENTS_WITH_ISSUE_MAX = 1_000;

export interface IncidentWithIssue extends IncidentRow {
  readonly issue_number: number;
  readonly issue_place_id: number | null;
  readonly issue_former_place_id: number | null;
}

/** Incidents that have an issue, with its number and the repository it is in. */
export async function listIncidentsWithIssue(
  db: Db,
  repositoryId: RepositoryId,
): Promise<readonly IncidentWithIssue[]> {
  return await db
    .selectFrom("incidents")
    .innerJoin("intents", (join) =>
      join
        .onRef("intents.repository_id", "=", "incidents.repository_id")
        .on("intents.kind", "=", "issue")
        .on((on) => on("intents.target", "=", sql<string>`incidents.id::text`)),
    )
    .selectAll("incidents")
    .select((select) => [
      select.ref("intents.remote_id").$notNull().as("issue_number"),
      "intents.place_id as issue_place_id",
      "intents.former_place_id as issue_former_place_id",
    ])
    .where("incidents.repository_id", "=", repositoryId)
    .where("intents.remote_id", "is not", null)
    .orderBy("incidents.id")
    .limit(INCIDENTS_WITH_ISSUE_MAX)
    .execute();
}

const BACKLOG_MAX = 10_000;

/**
 * Open keys of known providers that have no issue, in the order in which they should get one: in a
 * current head before history, then by severity, then the newest.
 */
export async function listIncidentsWithoutIssue(
  db: Db,
  repositoryId: RepositoryId,
): Promise<readonly (IncidentRow & { is_in_head: boolean })[]> {
  return await db
    .selectFrom("incidents")
    .selectAll("incidents")
    .select((select) =>
      select
        .exists(
          select
            .selectFrom("range_findings")
            .select("range_findings.range_id")
            .whereRef("range_findings.incident_id", "=", "incidents.id")
            .where("range_findings.is_in_head", "=", true),
        )
        .$castTo<boolean>()
        .as("is_in_head"),
    )
    .where("incidents.repository_id", "=", repositoryId)
    .where("lane", "=", "provider")
    .where("incidents.state", "in", OPEN_STATES)
    .where("verdict", "!=", "inactive")
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom("intents")
            .select("intents.target")
            .where("intents.kind", "=", "issue")
            .whereRef("intents.repository_id", "=", "incidents.repository_id")
            .where((on) => on("intents.target", "=", sql<string>`incidents.id::text`))
            .where("intents.remote_id", "is not", null),
        ),
      ),
    )
    .orderBy("is_in_head", "desc")
    .orderBy(sql`array_position(array['critical', 'high', 'medium', 'low'], severity)`)
    .orderBy("incidents.id", "desc")
    .limit(BACKLOG_MAX)
    .execute();
}
