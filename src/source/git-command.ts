/** The two kinds of git command: those that stay on this machine, those that reach the remote. */
import type { ObjectId } from "../model/ids.ts";
import type { FolderLimit } from "./folder-limit.ts";
import type { GitCall } from "./git-child.ts";
import {
  type Environment,
  HARDENED_CONFIG,
  localEnvironment,
  remoteConfig,
  remoteEnvironment,
} from "./git-environment.ts";
import type { GitRemote, GitSettings } from "./git-settings.ts";

/** What every command about one repository needs. */
export interface GitContext {
  readonly settings: GitSettings;
  /** The bare repository; absolute path. */
  readonly gitDir: string;
  readonly signal: AbortSignal;
}

interface LocalCommand {
  readonly subcommand: string;
  readonly args: readonly string[];
  readonly input?: Iterable<string>;
  readonly statuses?: readonly number[];
  readonly config?: readonly string[];
  readonly environment?: Environment;
  readonly timeoutMs?: number;
  readonly stdoutBytesMax?: number;
}

/** A command without network: no transport is allowed, no promisor known. */
export function localCall(context: GitContext, command: LocalCommand): GitCall {
  const { settings, gitDir, signal } = context;
  return {
    gitDir,
    signal,
    ...(settings.launch && { launch: settings.launch }),
    timeoutMs: settings.limits.commandMs,
    stdoutBytesMax: settings.limits.outputBytesMax,
    ...command,
    config: [...HARDENED_CONFIG, ...(command.config ?? [])],
    environment: { ...localEnvironment(settings), ...command.environment },
  };
}

interface RemoteCommand {
  readonly subcommand: "fetch" | "ls-remote";
  readonly args: readonly string[];
  readonly input?: Iterable<string>;
  readonly config?: readonly string[];
  readonly environment?: Environment;
  readonly folderLimit?: FolderLimit;
}

/** Answers of the remote that we read ourselves are lists of refs: far below this. */
const REMOTE_STDOUT_BYTES_MAX = 16 * 1_048_576;

/** A command that talks to the remote, with its authorization asked at this moment. */
export async function remoteCall(
  context: GitContext,
  remote: GitRemote,
  command: RemoteCommand,
): Promise<GitCall> {
  const { settings, gitDir, signal } = context;
  return {
    gitDir,
    signal,
    ...(settings.launch && { launch: settings.launch }),
    timeoutMs: settings.limits.fetchMs,
    stdoutBytesMax: REMOTE_STDOUT_BYTES_MAX,
    ...command,
    config: [...HARDENED_CONFIG, ...remoteConfig(remote), ...(command.config ?? [])],
    environment: { ...(await remoteEnvironment(settings, remote)), ...command.environment },
  };
}

/** Object ids as lines of standard input, each behind the prefix. */
export function* idLines(ids: Iterable<ObjectId>, prefix = ""): Generator<string> {
  for (const id of ids) yield `${prefix}${id}\n`;
}
