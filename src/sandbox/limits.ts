/** GitHub's limits that this stand-in keeps, in one place. */

export const LIMITS = {
  /** Of one request; those of further requests are appended. */
  annotations: 50,
  annotationTextBytes: 65_536,
  annotationTitleCharacters: 255,
  /** Of the summary, the text of a check run. */
  outputCharacters: 65_535,
  actions: 3,
  actionLabelCharacters: 20,
  actionDescriptionCharacters: 40,
  actionIdentifierCharacters: 20,
  /** Of an issue, a pull request, a comment, a review. */
  bodyCharacters: 65_536,
  titleCharacters: 256,
  assignees: 10,
  labels: 100,
  /** Of one `push` event. */
  commitsOfPush: 2_048,
  pathsOfCommit: 3_000,
  /** More tags in one push: no events for them; more branches: none at all. */
  tagsOfPush: 3,
  branchesOfPush: 5_000,
  /** Larger payloads are not sent; a receiver that takes longer has failed. */
  payloadBytes: 26_214_400,
  webhookAnswerMs: 10_000,
  filesOfPull: 3_000,
  commitsOfPull: 250,
  /** Through the contents API: as base64 in JSON, as raw text. */
  contentsJsonBytes: 1_048_576,
  contentsRawBytes: 104_857_600,
  directoryEntries: 1_000,
  tokenLifeMs: 3_600_000,
  tokenRepositories: 500,
  /** Issues, comments, reviews that one installation may create. */
  contentsPerMinute: 80,
  contentsPerHour: 500,
} as const;
