/** One file of a repository, read only when it changed since the last time. */
import type { Octokit } from "@octokit/rest";
import type { RepositoryName } from "./repositories.ts";

export interface RemoteFile {
  /** Absent where the file is over the limit. */
  readonly text?: string;
  readonly sizeBytes: number;
  /** Git's id of the content. */
  readonly blob: string;
  /** What to hand in the next time; absent where GitHub sent none. */
  readonly etag?: string;
}

export interface FileRequest {
  readonly path: string;
  /** Branch, tag or commit; absent: the default branch, as GitHub has it at this moment. */
  readonly ref?: string;
  /** Of the last answer for the same path and ref. */
  readonly etag?: string;
  /** GitHub itself sends no text of files over 1 MB. */
  readonly bytesMax: number;
}

const STATUS_NOT_MODIFIED = 304;
const STATUS_NOT_FOUND = 404;

/**
 * @returns "unchanged" when GitHub confirms the etag; undefined where there is no file of that
 *   name, or none that the installation can see.
 * @throws GitHubError for every other answer.
 */
export async function findFile(
  octokit: Octokit,
  name: RepositoryName,
  request: FileRequest,
): Promise<RemoteFile | "unchanged" | undefined> {
  try {
    const { data, headers } = await octokit.rest.repos.getContent({
      ...name,
      path: request.path,
      ...(request.ref !== undefined && { ref: request.ref }),
      ...(request.etag !== undefined && { headers: { "if-none-match": request.etag } }),
    });
    // A folder comes as a list; a submodule, or a link that leads nowhere, as another type.
    if (Array.isArray(data) || data.type !== "file") return undefined;
    const isTooLarge = data.size > request.bytesMax || data.encoding !== "base64";
    return {
      ...(!isTooLarge && { text: Buffer.from(data.content, "base64").toString("utf8") }),
      sizeBytes: data.size,
      blob: data.sha,
      ...(headers.etag !== undefined && { etag: headers.etag }),
    };
  } catch (cause) {
    const { status } = cause as { readonly status?: number };
    if (status === STATUS_NOT_MODIFIED) return "unchanged";
    if (status === STATUS_NOT_FOUND) return undefined;
    throw cause;
  }
}
