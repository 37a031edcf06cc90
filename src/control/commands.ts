/** What the running service answers over its socket, one entry per command. */
import { z } from "zod";
import {
  LEAKS_PER_PAGE_MAX,
  type LeaksPage,
  type LeaksParts,
  type LeaksQuery,
  listLeaksPage,
} from "../command/list-leaks.ts";
import { type BackupParts, type MadeBackup, makeBackup } from "../command/make-backup.ts";
import {
  HISTORY_STATES,
  readStatus,
  STATUS_PER_PAGE_MAX,
  type StatusPage,
  type StatusParts,
  type StatusQuery,
} from "../command/read-status.ts";
import { SEVERITIES } from "../model/rule.ts";
import { NO_ISSUE_REASONS } from "../triage/no-issue.ts";

/** Everything that commands need of a service or of a database that is open without one. */
export type ControlParts = LeaksParts & StatusParts & BackupParts;

/** What each command takes and gives. */
export interface Commands {
  leaks: { input: LeaksQuery; result: LeaksPage };
  status: { input: StatusQuery; result: StatusPage };
  backup: { input: Record<string, never>; result: MadeBackup };
}

export type CommandName = keyof Commands;
export type InputOf<Name extends CommandName> = Commands[Name]["input"];
export type ResultOf<Name extends CommandName> = Commands[Name]["result"];

export interface CommandEntry<Name extends CommandName> {
  /** Both sides check what came from the other. */
  readonly input: z.ZodType<InputOf<Name>>;
  readonly result: z.ZodType<ResultOf<Name>>;
  /** How long an answer may take. */
  readonly timeoutMs: number;
  run(parts: ControlParts, input: InputOf<Name>): Promise<ResultOf<Name>>;
}

const LEAK_PLACE = z.strictObject({
  kind: z.enum([
    "file",
    "file-name",
    "ref-name",
    "commit-message",
    "tag-message",
    "issue",
    "pull",
    "comment",
    "review",
    "review-comment",
    "release",
  ]),
  label: z.string(),
  url: z.string(),
  path: z.string().nullable(),
  inside: z.string().nullable(),
  line: z.number(),
  commit: z.string().nullable(),
});

const LEAK = z.strictObject({
  keyId: z.string(),
  masked: z.string(),
  rule: z.string(),
  severity: z.enum(SEVERITIES),
  lane: z.enum(["provider", "generic"]),
  repository: z.string(),
  place: LEAK_PLACE.nullable(),
  firstSeenAt: z.string(),
  ageDays: z.number(),
  state: z.enum(["open", "rotating", "revoked", "false-positive", "accepted", "test-key"]),
  verdict: z.enum(["active", "inactive", "unknown", "uncheckable"]),
  issueUrl: z.string().nullable(),
  noIssueReason: z.enum(NO_ISSUE_REASONS).nullable(),
});

const JOB_TOTALS = z.strictObject({
  waiting: z.number(),
  running: z.number(),
  dead: z.number(),
});

const REPOSITORY_STATUS = z.strictObject({
  repository: z.string(),
  state: z.enum(["active", "archived", "deleted"]),
  scannedAt: z.string().nullable(),
  history: z.enum(HISTORY_STATES),
  historyRefsRead: z.number(),
  refsKnown: z.number(),
  jobs: JOB_TOTALS,
  failedGaps: z.number(),
  naturalGaps: z.number(),
});

const STATUS_TOTALS = z.strictObject({
  installations: z.number(),
  departedInstallations: z.number(),
  repositories: z.number(),
  jobs: JOB_TOTALS,
  lastDeliveryAt: z.string().nullable(),
});

const QUESTION_TIMEOUT_MS = 30_000;
/** A large database is read and packed as a whole. */
const BACKUP_TIMEOUT_MS = 1_800_000;

export const COMMANDS: { readonly [Name in CommandName]: CommandEntry<Name> } = {
  leaks: {
    input: z.strictObject({
      repository: z.string().max(200).nullable(),
      state: z.enum(["open", "all"]),
      before: z.int().positive().nullable(),
      limit: z.int().min(1).max(LEAKS_PER_PAGE_MAX),
    }),
    result: z.strictObject({
      leaks: z.array(LEAK).max(LEAKS_PER_PAGE_MAX),
      total: z.number(),
      next: z.number().nullable(),
    }),
    timeoutMs: QUESTION_TIMEOUT_MS,
    run: listLeaksPage,
  },
  status: {
    input: z.strictObject({
      after: z.int().min(0),
      limit: z.int().min(1).max(STATUS_PER_PAGE_MAX),
    }),
    result: z.strictObject({
      totals: STATUS_TOTALS,
      repositories: z.array(REPOSITORY_STATUS).max(STATUS_PER_PAGE_MAX),
      next: z.number().nullable(),
    }),
    timeoutMs: QUESTION_TIMEOUT_MS,
    run: readStatus,
  },
  backup: {
    input: z.strictObject({}),
    result: z.strictObject({
      path: z.string(),
      bytes: z.number(),
      holds: z.enum(["database", "pepper"]),
    }),
    timeoutMs: BACKUP_TIMEOUT_MS,
    run: makeBackup,
  },
};
