/** The kinds of job and what each carries: ids and shas, never texts. */
import { RETENTION_DAYS } from "../config/retention.ts";
import type { PolicySource } from "../model/policy.ts";

export interface JobData {
  /** Reads what a head brings over its base, and records what it shows. */
  "scan-range": { readonly installationId: number; readonly rangeId: number };
  /** Reads the whole history of a repository, ref by ref. */
  "scan-history": { readonly installationId: number; readonly repositoryId: number };
  /** Compares a repository's refs and pull requests with what was scanned. */
  "reconcile-repository": { readonly installationId: number; readonly repositoryId: number };
  /** Lists what an installation may see, and has reconciled what moved. */
  "reconcile-installation": { readonly installationId: number };
  /** Has a repository scanned again after its own rules changed. */
  "adopt-own-rules": { readonly installationId: number; readonly repositoryId: number };
  /** Takes in what was missed: failed deliveries, moved refs, gaps to retry. */
  recover: Record<string, never>;
  /** Opens issues for keys that wait for one, as many as may be open. */
  "report-backlog": { readonly installationId: number; readonly repositoryId: number };
  /** Judges again what is open where a configuration changed, or an entry of it ended. */
  "report-policy": {
    readonly installationId: number;
    /** The repository that holds the file. */
    readonly repositoryId: number;
    readonly source: PolicySource;
  };
  /** Brings the check run and the issues of a head in line with what is recorded. */
  "report-head": {
    readonly installationId: number;
    readonly repositoryId: number;
    readonly head: string;
  };
  /** Brings the comment on an issue or pull request in line with the keys in its texts. */
  "report-subject": {
    readonly installationId: number;
    readonly repositoryId: number;
    /** Null for release notes, which take no comment. */
    readonly number: number | null;
    readonly incidentIds: readonly number[];
  };
  /** Moves issues and comments to where the repository's new readers may not see them. */
  "rehome-repository": { readonly installationId: number; readonly repositoryId: number };
  /** Deletes what is kept no longer, and cancels jobs of those who left. */
  "clean-up": Record<string, never>;
}

export type JobName = keyof JobData;

/**
 * Who is served first among jobs of one kind, the higher number before the lower: what holds up a
 * person or has to be rotated, then what somebody looks at now, then what nobody waits for.
 */
export const JOB_PRIORITIES = { urgent: 2, normal: 1, background: 0 } as const;

export type JobPriority = keyof typeof JOB_PRIORITIES;

export interface JobPolicy {
  /** Jobs of this kind that one process works on at a time. */
  readonly concurrency: number;
  /** Jobs of one installation that may run at a time, so that none starves another. */
  readonly perInstallationMax: number;
  readonly retriesMax: number;
  readonly retryDelaySeconds: number;
  readonly retryDelaySecondsMax: number;
  /** A job that runs longer is handed to another worker. */
  readonly expireSeconds: number;
}

const REPORT: JobPolicy = {
  concurrency: 2,
  perInstallationMax: 2,
  retriesMax: 12,
  retryDelaySeconds: 2,
  retryDelaySecondsMax: 900,
  expireSeconds: 1_800,
};

/** Work that nobody waits for: one at a time, far apart. */
const BACKGROUND: JobPolicy = {
  concurrency: 1,
  perInstallationMax: 1,
  retriesMax: 5,
  retryDelaySeconds: 30,
  retryDelaySecondsMax: 3_600,
  expireSeconds: 21_600,
};

export const JOB_POLICIES: Readonly<Record<JobName, JobPolicy>> = {
  "scan-range": {
    concurrency: 4,
    perInstallationMax: 3,
    retriesMax: 8,
    retryDelaySeconds: 2,
    retryDelaySecondsMax: 600,
    expireSeconds: 1_800,
  },
  "report-head": { ...REPORT, concurrency: 4, perInstallationMax: 3 },
  "report-subject": REPORT,
  "report-backlog": { ...REPORT, concurrency: 1, perInstallationMax: 1 },
  "report-policy": { ...REPORT, concurrency: 1, perInstallationMax: 1 },
  "rehome-repository": { ...REPORT, concurrency: 1, perInstallationMax: 1 },
  "scan-history": BACKGROUND,
  "adopt-own-rules": BACKGROUND,
  "reconcile-repository": { ...BACKGROUND, concurrency: 2 },
  "reconcile-installation": BACKGROUND,
  recover: BACKGROUND,
  "clean-up": BACKGROUND,
};

/** A worker that was killed is noticed when its heartbeat stays out this long. */
export const HEARTBEAT_SECONDS = 20;
/** Finished jobs are kept so long: a redelivery within this time finds its job. */
export const KEEP_SECONDS: number = RETENTION_DAYS.jobs * 24 * 3_600;
