/** The kinds of job and what each carries: ids and shas, never texts. */

export interface JobData {
  /** Reads what a head brings over its base, and records what it shows. */
  "scan-range": { readonly installationId: number; readonly rangeId: number };
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
}

export type JobName = keyof JobData;

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

export const JOB_POLICIES: Readonly<Record<JobName, JobPolicy>> = {
  "scan-range": {
    concurrency: 4,
    perInstallationMax: 3,
    retriesMax: 8,
    retryDelaySeconds: 2,
    retryDelaySecondsMax: 600,
    expireSeconds: 1_800,
  },
  "report-head": {
    concurrency: 4,
    perInstallationMax: 3,
    retriesMax: 12,
    retryDelaySeconds: 2,
    retryDelaySecondsMax: 900,
    expireSeconds: 600,
  },
  "report-subject": {
    concurrency: 2,
    perInstallationMax: 2,
    retriesMax: 12,
    retryDelaySeconds: 2,
    retryDelaySecondsMax: 900,
    expireSeconds: 600,
  },
  "rehome-repository": {
    concurrency: 1,
    perInstallationMax: 1,
    retriesMax: 12,
    retryDelaySeconds: 2,
    retryDelaySecondsMax: 900,
    expireSeconds: 1_800,
  },
};

/** A worker that was killed is noticed when its heartbeat stays out this long. */
export const HEARTBEAT_SECONDS = 20;
/** How long finished jobs are kept: a redelivery within this time finds its job. */
export const KEEP_SECONDS: number = 7 * 24 * 3_600;
