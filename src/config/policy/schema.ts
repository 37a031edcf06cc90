/** The form of `rekeeper.yml`; each sentence in it says what to write instead. */
import { z } from "zod";
import type { PolicyPermission } from "../../model/policy.ts";
import { findGlobProblem } from "./glob-form.ts";
import { mayHoldKey, NO_KEY } from "./key-like.ts";
import { listOwnRuleKeys, OWN_RULES, type OwnRuleFileEntry } from "./own-rule-form.ts";
import { LOCKS } from "./settings.ts";

/** What a file says, checked, with nothing filled in. */
export interface PolicyFile {
  readonly lock?: readonly string[] | undefined;
  readonly permit?: readonly PolicyPermission[] | undefined;
  readonly rules?: { readonly own?: readonly OwnRuleFileEntry[] | undefined } | undefined;
  readonly paths?: { readonly exclude?: readonly string[] | undefined } | undefined;
  readonly allow?: readonly AllowFileEntry[] | undefined;
  readonly issues?:
    | {
        readonly repository?: string | undefined;
        readonly labels?: readonly string[] | undefined;
        readonly assignees?: readonly string[] | undefined;
        readonly fallback?: string | undefined;
      }
    | undefined;
}

export interface AllowFileEntry {
  readonly key?: string | undefined;
  readonly rule?: string | undefined;
  readonly paths?: readonly string[] | undefined;
  readonly reason: string;
  readonly until?: string | undefined;
}

const EXCLUDES_MAX = 100;
const ALLOWS_MAX = 1_000;
const ALLOW_PATHS_MAX = 20;
const LABELS_MAX = 20;
/** GitHub's limit for one issue. */
const ASSIGNEES_MAX = 10;

const GLOB: z.ZodType<string> = z.string("write a path pattern here").check((context) => {
  const problem = findGlobProblem(context.value);
  if (problem !== undefined) {
    context.issues.push({ code: "custom", message: problem, input: undefined });
  }
});

const REASON_ADVICE = "give a reason of 3 to 200 characters";
const REASON: z.ZodType<string> = z
  .string(REASON_ADVICE)
  .trim()
  .min(3, REASON_ADVICE)
  .max(200, REASON_ADVICE)
  .refine((text) => !mayHoldKey(text), NO_KEY);

const LOGIN_FORM = "[A-Za-z0-9][A-Za-z0-9_-]{0,38}";
const LOGIN: z.ZodType<string> = z
  .string("write a login here")
  .regex(new RegExp(`^${LOGIN_FORM}$`), "write a login of GitHub, without the @");

const KEY_ADVICE =
  "write the id that the check shows for the key (10 to 16 hex digits, or all 64 of the fingerprint), never the key itself";

const ALLOW = z
  .strictObject(
    {
      key: z
        .string(KEY_ADVICE)
        .regex(/^(?:[0-9a-f]{10,16}|[0-9a-f]{64})$/i, KEY_ADVICE)
        .toLowerCase()
        .optional(),
      rule: z
        .string("write the id of a rule here")
        .max(60, "write the id of a rule here")
        .regex(/^[a-z0-9]+(?:-[a-z0-9]+)+$/, "write the id of a rule, such as generic-assigned-key")
        .optional(),
      paths: z
        .array(GLOB, "write a list of path patterns, such as [test/**]")
        .min(1, "name at least one path pattern, or leave paths out")
        .max(ALLOW_PATHS_MAX, `one entry takes at most ${ALLOW_PATHS_MAX} path patterns`)
        .optional(),
      reason: REASON,
      until: z.iso.date("write a day that exists, as YYYY-MM-DD").optional(),
    },
    "write an entry with key or rule, and a reason",
  )
  .refine((entry) => (entry.key === undefined) !== (entry.rule === undefined), {
    error: "name either a key or a rule, and not both",
    // Shown together with what else is wrong with the entry.
    when: ({ value }) => typeof value === "object" && value !== null && !Array.isArray(value),
  });

const RULES = z.strictObject({ own: OWN_RULES.optional() }, "write own below rules");

const PATHS = z.strictObject(
  {
    exclude: z
      .array(GLOB, "write a list of path patterns, such as [vendor/**]")
      .max(EXCLUDES_MAX, `at most ${EXCLUDES_MAX} path patterns are read`)
      .optional(),
  },
  "write exclude below paths",
);

const ISSUES = z.strictObject(
  {
    repository: z
      .string("write a repository as owner/name")
      .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,38}\/[A-Za-z0-9._-]{1,100}$/, {
        error: "write a repository as owner/name",
      })
      .optional(),
    labels: z
      .array(
        z
          .string("write a label here")
          .trim()
          .regex(/^[^,\p{Cc}\p{Cf}]{1,50}$/u, "a label has 1 to 50 characters and no comma")
          .refine((text) => !mayHoldKey(text), NO_KEY),
        "write a list of labels, such as [security]",
      )
      .max(LABELS_MAX, `at most ${LABELS_MAX} labels are set`)
      .optional(),
    assignees: z
      .array(LOGIN, "write a list of logins, such as [octocat]")
      .max(ASSIGNEES_MAX, `GitHub takes at most ${ASSIGNEES_MAX} assignees`)
      .optional(),
    fallback: z
      .string("write a login, or a team as owner/team")
      .regex(
        new RegExp(`^${LOGIN_FORM}(?:/[a-z0-9][a-z0-9_-]{0,99})?$`),
        "write a login, or a team as owner/team, without the @",
      )
      .optional(),
  },
  "write repository, labels, assignees or fallback below issues",
);

const FILE = z.strictObject(
  {
    lock: z
      .array(
        z.enum(LOCKS, `what can be locked: ${LOCKS.join(", ")}`),
        "write a list of settings, such as [issues.labels]",
      )
      .max(LOCKS.length, "each setting needs to be locked only once")
      .optional(),
    permit: z
      .array(
        z.enum(
          ["allow-provider", "exclude-provider"],
          "what can be permitted: allow-provider, exclude-provider",
        ),
        "write a list, such as [allow-provider]",
      )
      .max(2, "each permission needs to be given only once")
      .optional(),
    paths: PATHS.optional(),
    rules: RULES.optional(),
    allow: z
      .array(ALLOW, "write a list of entries, each beginning with a hyphen")
      .max(ALLOWS_MAX, `at most ${ALLOWS_MAX} entries are read`)
      .optional(),
    issues: ISSUES.optional(),
  },
  "write settings at the top of the file, such as paths, allow or issues",
);

export const POLICY_FILE: z.ZodType<PolicyFile> = FILE;

/** The keys that are known at a path of the file, for suggestions. */
export function listKnownKeys(path: readonly PropertyKey[]): readonly string[] {
  switch (path[0]) {
    case undefined:
      return Object.keys(FILE.shape);
    case "rules":
      return path.length === 1 ? Object.keys(RULES.shape) : listOwnRuleKeys();
    case "paths":
      return Object.keys(PATHS.shape);
    case "issues":
      return Object.keys(ISSUES.shape);
    default:
      return Object.keys(ALLOW.shape);
  }
}
