/** Endpoint of the files at a branch or a commit. */
import { gitBytes } from "../git/git.ts";
import type { TreeEntry } from "../git/tree-entries.ts";
import { LIMITS } from "../limits.ts";
import { repositoryPath } from "../links.ts";
import type { Payload } from "../webhook-sender.ts";
import type { Answer } from "./answer.ts";
import { ApiError, notFound } from "./api-error.ts";
import { defineRepositoryRoute, type RepositoryCall, type Route } from "./route.ts";

export const contentRoutes: readonly Route[] = [
  defineRepositoryRoute({
    method: "GET",
    path: "/contents/:path{.+}",
    needs: "contents:read",
    handle: getContents,
  }),
  // The root is the one folder without a path.
  defineRepositoryRoute({
    method: "GET",
    path: "/contents",
    needs: "contents:read",
    handle: getContents,
  }),
];

async function getContents(call: RepositoryCall): Promise<Answer> {
  const { parts, repository, query } = call;
  const ref = query.get("ref") ?? repository.defaultBranch;
  const commit = await parts.store.findCommit(repository, ref);
  if (commit === undefined) throw new ApiError(404, `No commit found for the ref ${ref}`);
  const path = (call.params["path"] ?? "").replace(/^\/|\/$/g, "");
  if (path === "") return await answerFolder({ commit, path, ref }, call);
  const [entry] = await parts.store.listEntries(repository, commit, path);
  if (entry?.path !== path) throw notFound();
  if (entry.type === "tree") return await answerFolder({ commit, path, ref }, call);
  return await answerFile(parts.store.dirOf(repository), entry, ref, call);
}

interface Folder {
  readonly commit: string;
  readonly path: string;
  readonly ref: string;
}

async function answerFolder(folder: Folder, call: RepositoryCall): Promise<Answer> {
  const { parts, repository } = call;
  const within = folder.path === "" ? "" : `${folder.path}/`;
  const all = await parts.store.listEntries(repository, folder.commit, within);
  const entries = all.slice(0, LIMITS.directoryEntries);
  return { status: 200, body: entries.map((entry) => entryJson(entry, folder.ref, call)) };
}

/** As JSON with base64 up to 1 MB, as it is up to 100 MB; 304 where the client has it. */
async function answerFile(
  dir: string,
  entry: TreeEntry,
  ref: string,
  call: RepositoryCall,
): Promise<Answer> {
  const headers = { etag: `"${entry.id}"` };
  if (listEtags(call.headers.get("if-none-match")).includes(entry.id)) {
    return { status: 304, headers };
  }
  const raw = /\braw\b/.test(call.headers.get("accept") ?? "");
  if (entry.size > LIMITS.contentsRawBytes) {
    const message = "This API returns blobs up to 100 MB in size.";
    throw new ApiError(403, message, {
      errors: [{ resource: "Blob", field: "data", code: "custom", message }],
    });
  }
  const json = entryJson(entry, ref, call);
  if (!raw && entry.size > LIMITS.contentsJsonBytes) {
    return { status: 200, body: { ...json, content: "", encoding: "none" }, headers };
  }
  const bytes = await gitBytes(dir, ["cat-file", "blob", entry.id]);
  if (raw) {
    const type = { "content-type": "application/vnd.github.raw+json; charset=utf-8" };
    return { status: 200, bytes, headers: { ...headers, ...type } };
  }
  const content = bytes.toString("base64").replace(/.{60}/g, "$&\n");
  return { status: 200, body: { ...json, content, encoding: "base64" }, headers };
}

function entryJson(entry: TreeEntry, ref: string, { parts, repository }: RepositoryCall): Payload {
  const { links } = parts;
  const path = entry.path.split("/").map(encodeURIComponent).join("/");
  const api = links.api(`/repos${repositoryPath(repository)}`);
  const url = `${api}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  const kind = entry.type === "tree" ? "tree" : "blob";
  const html = links.web(`${repositoryPath(repository)}/${kind}/${ref}/${path}`);
  const git = `${api}/git/${kind}s/${entry.id}`;
  return {
    name: entry.path.split("/").at(-1),
    path: entry.path,
    sha: entry.id,
    size: entry.size,
    url,
    html_url: html,
    git_url: git,
    download_url:
      entry.type === "blob" ? links.web(`${repositoryPath(repository)}/raw/${ref}/${path}`) : null,
    type: typeOf(entry),
    _links: { self: url, git, html },
  };
}

function typeOf({ type, mode }: TreeEntry): "file" | "dir" | "symlink" | "submodule" {
  if (type === "tree") return "dir";
  if (type === "commit") return "submodule";
  return mode === "120000" ? "symlink" : "file";
}

function listEtags(header: string | null): string[] {
  return (header ?? "").split(",").map((tag) => tag.trim().replace(/^W\/|"/g, ""));
}
