/** What jobs are given: every part that touches the outside, built once in main.ts. */
import type { Db } from "../db/schema.ts";
import type { GitHub } from "../github/client.ts";
import type { InstallationId } from "../model/ids.ts";
import type { CompiledRules, Lane } from "../model/rule.ts";
import type { Queue } from "../queue/open.ts";
import type { GitSource } from "../source/git-source.ts";
import type { OwnRuleTrials } from "./own/own-rule-trials.ts";
import type { PolicyCache } from "./policy-file.ts";
import type { RequiredBranches } from "./required-branches.ts";
import type { ScanPool } from "./scan-pool.ts";

export interface JobParts {
  readonly db: Db;
  readonly queue: Queue;
  readonly github: GitHub;
  readonly appId: number;
  readonly rules: CompiledRules;
  readonly pool: Pick<ScanPool, "scan">;
  readonly ownRules: OwnRuleTrials;
  readonly source: GitSource;
  readonly limits: JobLimits;
  /** The key under which an account's fingerprints are made. */
  readonly fingerprintKey: (accountId: number) => Uint8Array;
  /** False for accounts that may not use this service, and for archived or deleted repositories. */
  readonly serves: (installationId: InstallationId, repositoryId?: number) => Promise<boolean>;
  /** Takes in an event as if its webhook had arrived now. */
  readonly receive: (event: {
    readonly id: string;
    readonly event: string;
    readonly payload: object;
  }) => Promise<void>;
  readonly policyCache: PolicyCache;
  readonly requiredBranches: RequiredBranches;
  /** Hears of each scan that ended well. */
  readonly observeScan: (scan: {
    readonly durationMs: number;
    readonly bytes: number;
    readonly lanes: readonly Lane[];
  }) => void;
  readonly now: () => Date;
  readonly log: JobLog;
}

export interface JobLimits {
  readonly blobBytesMax: number;
  readonly pushBytesMax: number;
  readonly issuesMax: number;
  /** Milliseconds after which an unfinished scan shows itself as a check in progress. */
  readonly showProgressAfterMs: number;
}

export interface JobLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
