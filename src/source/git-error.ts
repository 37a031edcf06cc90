/** What went wrong in git, told without any text that git printed. */
import { asObjectId, type ObjectId } from "../model/ids.ts";

export type GitErrorKind =
  | "timeout"
  | "too-large"
  | "not-found"
  | "denied"
  | "unreachable"
  | "failed";

/** The few answers of git that the fetching code can react to. */
type GitErrorDetail =
  | { readonly kind: "refused-object"; readonly object: ObjectId }
  | { readonly kind: "missing-ref" }
  | { readonly kind: "unfiltered" };

interface GitFailure {
  readonly kind: GitErrorKind;
  /** What to do, where the kind alone does not tell. */
  readonly advice?: string;
  readonly detail?: GitErrorDetail;
  readonly retryable: boolean;
}

/**
 * One git command that did not succeed. Its message holds kind, subcommand and exit status only:
 * standard error may quote repository text or a token, so it is classified and thrown away.
 */
export class GitError extends Error {
  override readonly name = "GitError";
  readonly kind: GitErrorKind;
  /** True when the same command may succeed later without anybody's doing. */
  readonly retryable: boolean;
  readonly detail?: GitErrorDetail;

  constructor(subcommand: string, failure: GitFailure, status?: number) {
    const exit = status === undefined ? "" : ` (exit status ${status})`;
    super(`git ${subcommand}: ${failure.kind}${exit}; ${failure.advice ?? ADVICE[failure.kind]}`);
    this.kind = failure.kind;
    this.retryable = failure.retryable;
    if (failure.detail !== undefined) this.detail = failure.detail;
  }
}

/** What an operator who reads the message can do. */
const ADVICE: Readonly<Record<GitErrorKind, string>> = {
  timeout: "try again, or raise the time limit of git commands",
  "too-large": "raise the size limit of git commands, or scan a smaller range",
  "not-found": "check that the repository and the commit still exist",
  denied: "check that the App may read the contents of the repository",
  unreachable: "check the connection to the git server",
  failed: "try again; if it lasts, remove the repository's cache folder",
};

/** True when a command reached a bound of ours; the same question may have a cheaper form. */
export function isOverBound(cause: unknown): boolean {
  return cause instanceof GitError && (cause.kind === "timeout" || cause.kind === "too-large");
}

/** A failure that we caused ourselves by stopping the child at one of its limits. */
export const STOPPED: Readonly<Record<"timeout" | "too-large", GitFailure>> = {
  timeout: { kind: "timeout", retryable: true },
  "too-large": { kind: "too-large", retryable: false },
};

/** The child that could not even be started. */
export const NOT_STARTED: GitFailure = {
  kind: "failed",
  retryable: false,
  advice: "install git 2.31 or newer, and check that PATH leads to it",
};

const REFUSED_OBJECT = /(?:not our ref|unadvertised object) ([0-9a-f]{40}(?:[0-9a-f]{24})?)/;
const UNFILTERED = /filtering not recognized by server/;

/** First match wins. The texts are git's and curl's under LC_ALL=C, as of git 2.30 to 2.51. */
const CLASSES: readonly (readonly [RegExp, GitFailure])[] = [
  [
    /[Oo]ut of memory|[Cc]annot allocate memory|mmap failed/,
    { kind: "too-large", retryable: false },
  ],
  [
    /couldn't find remote ref/,
    { kind: "not-found", retryable: false, detail: { kind: "missing-ref" } },
  ],
  [/repository '[^\n]*' not found|returned error: 404/, { kind: "not-found", retryable: false }],
  [
    /Authentication failed|could not read (?:Username|Password)|returned error: 40[13]/,
    { kind: "denied", retryable: false },
  ],
  [
    /Could not resolve|[Ff]ailed to connect|Couldn't connect|Connection (?:refused|reset|timed out)|returned error: (?:429|5\d\d)|early EOF|hung up unexpectedly|RPC failed|unexpected disconnect|Empty reply|certificate/,
    { kind: "unreachable", retryable: true },
  ],
];

/** Classifies a child's standard error; the text itself goes no further. */
export function classifyFailure(stderr: string): GitFailure {
  const refused = REFUSED_OBJECT.exec(stderr)?.[1];
  if (refused !== undefined) {
    // Retryable because a replica of the server may lag some seconds behind the push it announced.
    const detail = { kind: "refused-object", object: asObjectId(refused) } as const;
    return { kind: "not-found", retryable: true, detail };
  }
  const found = CLASSES.find(([pattern]) => pattern.test(stderr));
  return found?.[1] ?? { kind: "failed", retryable: true };
}

/**
 * The failure hidden in a command that exited with 0, if any: a server that ignores the blob
 * filter sends contents into a cache that must never hold them.
 */
export function findHiddenFailure(stderr: string): GitFailure | undefined {
  if (!UNFILTERED.test(stderr)) return undefined;
  return { kind: "failed", retryable: false, detail: { kind: "unfiltered" } };
}
