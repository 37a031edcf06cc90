/** The oldest git that this program can work with. */
import { runGit } from "./git-child.ts";
import { localCall } from "./git-command.ts";
import type { GitSettings } from "./git-settings.ts";

/** The first git that takes configuration from the environment: an older one sends no token. */
const OLDEST = { major: 2, minor: 31 };

/**
 * The version of the installed git, such as `2.39.5`; ask for it at start. Throws an Error when
 * it is too old, a GitError when there is none.
 */
export async function getGitVersion(settings: GitSettings, signal: AbortSignal): Promise<string> {
  const context = { settings, gitDir: settings.cacheDir, signal };
  const { stdout } = await runGit(localCall(context, { subcommand: "version", args: [] }));
  const [version = "unknown", major, minor] = /(\d+)\.(\d+)[.\d]*/.exec(stdout.toString()) ?? [];
  const isRecent =
    Number(major) > OLDEST.major ||
    (Number(major) === OLDEST.major && Number(minor) >= OLDEST.minor);
  if (isRecent) return version;
  const { major: oldestMajor, minor: oldestMinor } = OLDEST;
  throw new Error(`git ${version} is too old: install ${oldestMajor}.${oldestMinor} or newer`);
}
