/**
 * How long what is remembered is kept.
 *
 * The days of the git caches are a setting (`REKEEPER_CACHE_DAYS`), since disks differ; these are
 * not, since shortening one of them would break what relies on it, as each says.
 */
export const RETENTION_DAYS = {
  /** Finished jobs: a redelivery finds the one that failed. GitHub redelivers for seven days. */
  jobs: 7,
  /** Ids of deliveries: more than the seven days in which GitHub may send one again. */
  deliveries: 30,
  /** What was scanned to judge a head, unless it shows a key that is still open. */
  ranges: 400,
  /** Everything of an account that deleted the App: time to install it again after a mistake. */
  deletedInstallations: 30,
  /** The same of an account that suspended the App: nobody forgets it that long by mistake. */
  suspendedInstallations: 365,
} as const;
