/**
 * What people do on this GitHub, each named after what they do: the face for tests and pages.
 *
 * Everything emits the events that GitHub emits. A person without the rights gets GitHub's error.
 */
import type { Acting } from "./act/acting.ts";
import { createComment, deleteComment, editComment, react } from "./act/comments.ts";
import {
  type ConversationChanges,
  changeConversation,
  lockConversation,
  unlockConversation,
} from "./act/conversations.ts";
import { setInstalled, setSuspended, uninstallApp } from "./act/installation.ts";
import { deleteIssue, openIssue } from "./act/issues.ts";
import { enterMergeQueue, leaveMergeQueue, type MergeWish, mergePull } from "./act/merge.ts";
import { openPull, retargetPull, setDraft } from "./act/pulls.ts";
import { pushStream } from "./act/refs.ts";
import { editRelease, type NewRelease, publishRelease } from "./act/releases.ts";
import {
  deleteRepository,
  forkRepository,
  renameRepository,
  setArchived,
  setDefaultBranch,
  setVisibility,
  transferRepository,
} from "./act/repositories.ts";
import {
  commentOnLine,
  editReview,
  editReviewComment,
  type NewReview,
  type NewReviewComment,
  submitReview,
} from "./act/reviews.ts";
import type {
  Conversation,
  Issue,
  IssueComment,
  LockReason,
  PullRequest,
  Reaction,
  ReactionContent,
  Release,
  Review,
  ReviewComment,
} from "./conversation.ts";
import type { MergeGroup, MergeGroupEnd } from "./event/pull.ts";
import { pushUrl } from "./links.ts";
import type { Parts } from "./parts.ts";
import { notFound } from "./rest/api-error.ts";
import { type Account, findAccount, type Repository, type RepositoryRole } from "./state.ts";

/** Repositories are named `shop`, or with their owner: `hubot/shop`. */
export interface People {
  /** The same face in somebody else's name; throws for an unknown login. */
  as(login: string): People;
  /** Makes an account. An outsider has no rights anywhere until `setRole` gives some. */
  join(login: string, options?: { readonly member?: boolean }): Account;
  setRole(repository: string, login: string, role: RepositoryRole | "none"): void;

  /** The head is a branch of the base's repository, or `hubot:branch` of a fork. */
  openPullRequest(wanted: {
    readonly repository: string;
    readonly head: string;
    readonly base?: string;
    readonly title: string;
    readonly body?: string;
    readonly draft?: boolean;
  }): Promise<PullRequest>;
  editPullRequest(
    pull: PullRequest,
    changes: ConversationChanges & { readonly base?: string },
  ): Promise<void>;
  closePullRequest(pull: PullRequest): void;
  reopenPullRequest(pull: PullRequest): void;
  markReady(pull: PullRequest): void;
  convertToDraft(pull: PullRequest): void;
  /** Returns the id of the merge commit. */
  mergePullRequest(pull: PullRequest, wish?: MergeWish): Promise<string>;
  enterMergeQueue(pull: PullRequest): Promise<MergeGroup>;
  leaveMergeQueue(group: MergeGroup, end: MergeGroupEnd): Promise<void>;
  review(pull: PullRequest, review: NewReview): Promise<Review>;
  editReview(review: Review, body: string): void;
  commentOnLine(pull: PullRequest, comment: NewReviewComment): Promise<ReviewComment>;
  editReviewComment(comment: ReviewComment, body: string): void;

  openIssue(wanted: {
    readonly repository: string;
    readonly title: string;
    readonly body?: string;
    readonly labels?: readonly string[];
    readonly assignees?: readonly string[];
  }): Issue;
  editIssue(issue: Issue, changes: ConversationChanges): void;
  closeIssue(issue: Issue, reason?: Issue["stateReason"]): void;
  reopenIssue(issue: Issue): void;
  deleteIssue(issue: Issue): void;

  /** On an issue or a pull request. */
  comment(target: Conversation, body: string): IssueComment;
  editComment(comment: IssueComment, body: string): void;
  deleteComment(comment: IssueComment): void;
  react(subject: Reaction["subject"], content: ReactionContent): Reaction;
  lock(target: Conversation, reason?: LockReason): void;
  unlock(target: Conversation): void;

  publishRelease(
    wanted: Omit<NewRelease, "repository"> & { readonly repository: string },
  ): Promise<Release>;
  editRelease(release: Release, changes: { readonly name?: string; readonly body?: string }): void;

  /** Pushes what a stream for `git fast-import` makes; returns what the stream had printed. */
  pushStream(repository: string, stream: string): Promise<string>;
  fork(repository: string): Promise<{ readonly repository: Repository; readonly pushUrl: string }>;
  renameRepository(repository: string, name: string): void;
  transferRepository(
    repository: string,
    to: string,
    options?: { readonly installed?: boolean },
  ): void;
  setVisibility(repository: string, visibility: "public" | "private"): void;
  archiveRepository(repository: string): void;
  unarchiveRepository(repository: string): void;
  setDefaultBranch(repository: string, branch: string): Promise<void>;
  deleteRepository(repository: string): Promise<void>;

  addToInstallation(repository: string): void;
  removeFromInstallation(repository: string): void;
  suspendApp(): void;
  unsuspendApp(): void;
  uninstallApp(): void;
}

/** Throws 404 where nothing has this name. */
export function getNamed(name: string, parts: Parts): Repository {
  const [owner, repository] = name.includes("/")
    ? name.split("/")
    : [parts.state.organisation.login, name];
  return parts.getRepository(owner, repository);
}

/** The face of the visitor, who administers every repository. */
export function createPeople(parts: Parts, actor: Account = parts.state.visitor): People {
  const acting: Acting = { actor, parts };
  return {
    as(login) {
      const account = findAccount(parts.state, login);
      if (account === undefined) throw new Error(`nobody is called ${login}: let them join first`);
      return createPeople(parts, account);
    },
    join(login, { member = false } = {}) {
      const account = { id: parts.state.nextId(), login, type: "User" } as const;
      parts.state.accounts.push(account);
      if (member) parts.state.members.add(login);
      return account;
    },
    setRole(repository, login, role) {
      const { roles } = getNamed(repository, parts);
      if (role === "none") roles.delete(login);
      else roles.set(login, role);
    },
    ...pullFace(acting),
    ...issueFace(acting),
    ...talkFace(acting),
    ...repositoryFace(acting),
    ...installationFace(parts),
  };
}

function pullFace(acting: Acting) {
  const { parts } = acting;
  return {
    openPullRequest({ repository, head, base, ...texts }) {
      const target = getNamed(repository, parts);
      const wanted = { base: base ?? target.defaultBranch, head: getHead(head, target, parts) };
      return openPull({ ...texts, ...wanted, repository: target }, acting);
    },
    async editPullRequest(pull, { base, ...changes }) {
      if (base !== undefined) await retargetPull(pull, base, acting);
      changeConversation(pull, changes, acting);
    },
    closePullRequest: (pull) => changeConversation(pull, { state: "closed" }, acting),
    reopenPullRequest: (pull) => changeConversation(pull, { state: "open" }, acting),
    markReady: (pull) => setDraft(pull, false, acting),
    convertToDraft: (pull) => setDraft(pull, true, acting),
    mergePullRequest: (pull, wish = {}) => mergePull(pull, wish, acting),
    enterMergeQueue: (pull) => enterMergeQueue(pull, acting),
    leaveMergeQueue: (group, end) => leaveMergeQueue(group, end, acting),
    review: (pull, review) => submitReview(pull, review, acting),
    editReview: (review, body) => editReview(review, body, acting),
    commentOnLine: (pull, comment) => commentOnLine(pull, comment, acting),
    editReviewComment: (comment, body) => editReviewComment(comment, body, acting),
  } satisfies Partial<People>;
}

function issueFace(acting: Acting) {
  return {
    openIssue: (wanted) =>
      openIssue({ ...wanted, repository: getNamed(wanted.repository, acting.parts) }, acting),
    editIssue: (issue, changes) => changeConversation(issue, changes, acting),
    closeIssue: (issue, reason = "completed") =>
      changeConversation(issue, { state: "closed", stateReason: reason }, acting),
    reopenIssue: (issue) => changeConversation(issue, { state: "open" }, acting),
    deleteIssue: (issue) => deleteIssue(issue, acting),
  } satisfies Partial<People>;
}

function talkFace(acting: Acting) {
  return {
    comment: (target, body) => createComment(target, body, acting),
    editComment: (comment, body) => editComment(comment, body, acting),
    deleteComment: (comment) => deleteComment(comment, acting),
    react: (subject, content) => react(subject, content, acting).reaction,
    lock: (target, reason) => lockConversation(target, reason ?? null, acting),
    unlock: (target) => unlockConversation(target, acting),
    publishRelease: (wanted) =>
      publishRelease({ ...wanted, repository: getNamed(wanted.repository, acting.parts) }, acting),
    editRelease: (release, changes) => editRelease(release, changes, acting),
  } satisfies Partial<People>;
}

function repositoryFace(acting: Acting) {
  const { parts } = acting;
  const named = (name: string): Repository => getNamed(name, parts);
  return {
    pushStream: (repository, stream) => pushStream(named(repository), stream, acting),
    async fork(name) {
      const repository = await forkRepository(named(name), acting);
      const { links, pushToken } = parts;
      return { repository, pushUrl: pushUrl(repository, links, pushToken, acting.actor.login) };
    },
    renameRepository: (repository, name) => renameRepository(named(repository), name, acting),
    transferRepository(repository, login, { installed = false } = {}) {
      const to = findAccount(parts.state, login);
      if (to === undefined) throw notFound();
      transferRepository(named(repository), { to, installed }, acting);
    },
    setVisibility: (repository, visibility) => setVisibility(named(repository), visibility, acting),
    archiveRepository: (repository) => setArchived(named(repository), true, acting),
    unarchiveRepository: (repository) => setArchived(named(repository), false, acting),
    setDefaultBranch: (repository, branch) => setDefaultBranch(named(repository), branch, acting),
    deleteRepository: (repository) => deleteRepository(named(repository), acting),
  } satisfies Partial<People>;
}

function installationFace(parts: Parts) {
  return {
    addToInstallation: (name) => setInstalled(getNamed(name, parts), true, parts),
    removeFromInstallation: (name) => setInstalled(getNamed(name, parts), false, parts),
    suspendApp: () => setSuspended(true, parts),
    unsuspendApp: () => setSuspended(false, parts),
    uninstallApp: () => uninstallApp(parts),
  } satisfies Partial<People>;
}

function getHead(head: string, base: Repository, parts: Parts) {
  const [owner = "", branch] = head.split(":");
  if (branch === undefined || owner === base.owner.login) {
    return { repository: base, branch: branch ?? head };
  }
  const repository = parts.state.repositories.find(
    (one) => one.owner.login === owner && one.source === base,
  );
  if (repository === undefined) throw notFound();
  return { repository, branch };
}
