/** The tables as types, one interface each; the SQL in `migrations/` is what they describe. */
import type { ColumnType, Generated, Kysely, Transaction } from "kysely";
import type { TriageState, Verdict } from "../model/incident.ts";
import type { PlaceKind } from "../model/occurrence.ts";
import type { PolicySource } from "../model/policy.ts";
import type { Lane, Severity } from "../model/rule.ts";

export interface Tables {
  meta: { name: string; value: string };
  installations: {
    id: number;
    account_id: number;
    account_login: string;
    state: "active" | "suspended" | "deleted";
    updated_at: Date;
  };
  repositories: {
    id: number;
    installation_id: number;
    account_id: number;
    owner: string;
    name: string;
    default_branch: string;
    is_private: boolean;
    state: Generated<"active" | "archived" | "deleted">;
    reconciled_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
    history_rules: ColumnType<string | null, string | null | undefined, string | null>;
    own_rules: ColumnType<string | null, string | null | undefined, string | null>;
    updated_at: Date;
  };
  people: { id: number; login: string; is_bot: boolean };
  deliveries: { id: string; event: string; received_at: Date };
  refs: {
    id: Generated<number>;
    repository_id: number;
    /** SHA-256 of the full name, in hex: a name may hold a key. */
    name: string;
    scanned_tip: string | null;
    scanned_rules: string | null;
    scanned_at: Date | null;
  };
  blob_hits: {
    repository_id: number;
    blob: string;
    rules_hash: string;
    rule_id: string;
    fingerprint: string;
    masked: string;
    /** Path within an archive; empty outside of one. */
    inside: string;
    line: number;
    column_start: number;
    line_end: number;
    column_end: number;
  };
  incidents: {
    id: Generated<number>;
    account_id: number;
    repository_id: number;
    fingerprint: string;
    rule_id: string;
    masked: string;
    lane: Lane;
    severity: Severity;
    state: Generated<TriageState>;
    verdict: Generated<Verdict>;
    first_seen_at: ColumnType<Date, Date, never>;
    last_seen_at: Date;
  };
  occurrences: {
    id: Generated<number>;
    incident_id: number;
    kind: PlaceKind;
    commit_id: string | null;
    path: string | null;
    inside: string | null;
    subject_number: number | null;
    subject_id: number | null;
    line: number;
    column_start: number;
    line_end: number;
    column_end: number;
    author_name: string;
    written_at: Date;
    person_id: number | null;
    found_at: Date;
  };
  pulls: {
    repository_id: number;
    number: number;
    head: string;
    /** Empty where the name holds a key. */
    base_branch: string;
    is_open: boolean;
    is_fork: boolean;
    author_id: number | null;
    updated_at: Date;
  };
  ranges: {
    id: Generated<number>;
    repository_id: number;
    head: string;
    source: RangeSource;
    source_id: number;
    base: string | null;
    pusher_id: number | null;
    state: "waiting" | "scanned" | "failed";
    failure_count: Generated<number>;
    commit_count: Generated<number>;
    object_count: Generated<number>;
    known_object_count: Generated<number>;
    scanned_bytes: Generated<number>;
    scan_ms: Generated<number>;
    rules_hash: string | null;
    updated_at: Date;
  };
  range_findings: {
    range_id: number;
    incident_id: number;
    is_introduced: boolean;
    is_in_head: boolean;
  };
  range_gaps: {
    range_id: number;
    kind: "failed" | "by-nature";
    reason: string;
    object_count: number;
  };
  intents: {
    kind: IntentKind;
    repository_id: number;
    target: string;
    remote_id: number | null;
    place_id: number | null;
    former_place_id: ColumnType<number | null, number | null | undefined, number | null>;
    content_hash: string | null;
    was_published: Generated<boolean>;
    created_at: Date;
  };
  policies: {
    repository_id: number;
    source: PolicySource;
    content: string;
    blob: string;
    read_at: Date;
  };
  own_rules: { repository_id: number; id: string; name: string; content: string | null };
  locks: { name: string; holder: string; until: Date };
  spending: {
    installation_id: number;
    content_times: Date[];
    write_times: Date[];
    promised_until: Date | null;
  };
}

/**
 * What made a range known: a ref that moved, a pull request, a merge queue's candidate, or the
 * reading of a whole history, which judges no head.
 */
export type RangeSource = "push" | "pull" | "merge-group" | "history";
export type IntentKind = "check-run" | "issue" | "comment";

/** A connection or a transaction: what every table function takes first. */
export type Db = Kysely<Tables>;
export type DbTransaction = Transaction<Tables>;
