/** What the running service answers over its socket, one entry per command. */
import { z } from "zod";
import {
  LEAKS_PER_PAGE_MAX,
  type LeaksPage,
  type LeaksParts,
  type LeaksQuery,
  listLeaksPage,
} from "../command/list-leaks.ts";
import { SEVERITIES } from "../model/rule.ts";
import { NO_ISSUE_REASONS } from "../triage/no-issue.ts";

/** Everything that commands need of a service or of a database that is open without one. */
export type ControlParts = LeaksParts;

/** What each command takes and gives. */
export interface Commands {
  leaks: { input: LeaksQuery; result: LeaksPage };
}

export type CommandName = keyof Commands;
export type InputOf<Name extends CommandName> = Commands[Name]["input"];
export type ResultOf<Name extends CommandName> = Commands[Name]["result"];

export interface CommandEntry<Name extends CommandName> {
  /** Both sides check what came from the other. */
  readonly input: z.ZodType<InputOf<Name>>;
  readonly result: z.ZodType<ResultOf<Name>>;
  run(parts: ControlParts, input: InputOf<Name>): Promise<ResultOf<Name>>;
}

const LEAK_PLACE = z.strictObject({
  kind: z.enum([
    "file",
    "file-name",
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
    run: listLeaksPage,
  },
};
