/** Reads one configuration file, and keeps its last good version in force while it is broken. */
import type { Octokit } from "@octokit/rest";
import {
  type ParsedPolicy,
  POLICY_BYTES_MAX,
  parsePolicyFile,
  restorePolicy,
  sizeProblem,
} from "../config/policy/parse.ts";
import { deletePolicy, findPolicy, recordPolicy } from "../db/policies.ts";
import type { Db, DbTransaction } from "../db/schema.ts";
import { findFile, type RemoteFile } from "../github/contents.ts";
import { GitHubError } from "../github/failure.ts";
import { getRepositoryState, type RepositoryName } from "../github/repositories.ts";
import { createLruMap, type LruMap } from "../lib/lru-map.ts";
import type { InstallationId, RepositoryId } from "../model/ids.ts";
import type { Policy, PolicyProblem, PolicySource } from "../model/policy.ts";
import type { Queue } from "../queue/open.ts";

export interface PolicyFileParts {
  readonly db: Db;
  readonly policyCache: PolicyCache;
  readonly queue: Pick<Queue, "enqueue" | "wake">;
  readonly now: () => Date;
}

export interface PolicyFileSubject extends RepositoryName {
  readonly installationId: InstallationId;
  readonly repositoryId: RepositoryId;
  readonly source: PolicySource;
}

export interface PolicyFileState {
  readonly policy?: Policy;
  readonly problems: readonly PolicyProblem[];
}

/** What GitHub sent last, so that an unchanged file costs a request that counts for nothing. */
export type PolicyCache = LruMap<
  string,
  { readonly etag: string; readonly state: PolicyFileState }
>;

const CACHED_FILES_MAX = 1_000;

export function createPolicyCache(): PolicyCache {
  return createLruMap(CACHED_FILES_MAX);
}

/** Where each file stands; both are read from the default branch. */
const POLICY_PATHS: Readonly<Record<PolicySource, string>> = {
  organisation: "rekeeper.yml",
  repository: ".github/rekeeper.yml",
};

const STATUS_NOT_FOUND = 404;

/** @throws GitHubError while GitHub cannot be asked: nothing is judged by a policy that may be old. */
export async function readPolicyFile(
  parts: PolicyFileParts,
  octokit: Octokit,
  subject: PolicyFileSubject,
): Promise<PolicyFileState> {
  const cacheKey = `${subject.repositoryId} ${subject.source}`;
  const known = parts.policyCache.find(cacheKey);
  const readAt = parts.now();
  const { owner, repo } = subject;
  const answer = await findFile(
    octokit,
    { owner, repo },
    {
      path: POLICY_PATHS[subject.source],
      bytesMax: POLICY_BYTES_MAX,
      ...(known !== undefined && { etag: known.etag }),
    },
  );
  if (answer === "unchanged" && known !== undefined) return known.state;
  parts.policyCache.delete(cacheKey);
  if (answer === undefined || answer === "unchanged") return await noFile(parts, octokit, subject);
  const state = await takeFile(parts, subject, answer, readAt);
  if (answer.etag !== undefined) parts.policyCache.set(cacheKey, { etag: answer.etag, state });
  return state;
}

/** No file is no configuration, unless the repository itself is out of sight. */
async function noFile(
  parts: PolicyFileParts,
  octokit: Octokit,
  subject: PolicyFileSubject,
): Promise<PolicyFileState> {
  const kept = await findPolicy(parts.db, subject);
  if (kept === undefined) return { problems: [] };
  if (await isVisible(octokit, subject)) {
    await change(parts, subject, (trx) => deletePolicy(trx, subject));
    return { problems: [] };
  }
  const message =
    "the repository of this file cannot be read any more: let the App see it again, or its last version stays in force";
  return { ...keptState(kept, subject), problems: [{ line: 1, column: 1, message }] };
}

async function isVisible(octokit: Octokit, { owner, repo }: RepositoryName): Promise<boolean> {
  try {
    await getRepositoryState(octokit, { owner, repo });
    return true;
  } catch (cause) {
    if (cause instanceof GitHubError && cause.status === STATUS_NOT_FOUND) return false;
    throw cause;
  }
}

async function takeFile(
  parts: PolicyFileParts,
  subject: PolicyFileSubject,
  file: RemoteFile,
  readAt: Date,
): Promise<PolicyFileState> {
  const { repositoryId, source } = subject;
  const parsed = parse(file, source);
  const kept = await findPolicy(parts.db, subject);
  if (parsed.policy !== undefined) {
    const isKept = kept?.blob === file.blob && kept.content === parsed.stored;
    if (!isKept) {
      const row = { repository_id: repositoryId, source, content: parsed.stored, blob: file.blob };
      await change(parts, subject, (trx) => recordPolicy(trx, { ...row, read_at: readAt }));
    }
    return { policy: parsed.policy, problems: [] };
  }
  return { ...(kept && keptState(kept, subject)), problems: parsed.problems };
}

/** What was reported is judged again when something else is in force from now on. */
async function change(
  parts: PolicyFileParts,
  { installationId, repositoryId, source }: PolicyFileSubject,
  store: (trx: DbTransaction) => Promise<boolean>,
): Promise<void> {
  await parts.db.transaction().execute(async (trx) => {
    if (!(await store(trx))) return;
    await parts.queue.enqueue(trx, "report-policy", { installationId, repositoryId, source });
  });
  parts.queue.wake("report-policy");
}

function parse({ text, sizeBytes }: RemoteFile, source: PolicySource): ParsedPolicy {
  if (text === undefined) return { problems: [sizeProblem(sizeBytes)] };
  return parsePolicyFile(text, source);
}

function keptState(
  kept: { readonly content: string },
  { source }: PolicyFileSubject,
): { readonly policy?: Policy } {
  const policy = restorePolicy(kept.content, source);
  return policy === undefined ? {} : { policy };
}
