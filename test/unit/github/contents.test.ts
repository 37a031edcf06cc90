import { Octokit } from "@octokit/rest";
import nock from "nock";
import { afterEach, beforeEach, expect, it } from "vitest";
import { findFile } from "../../../src/github/contents.ts";

const API = "https://api.github.test";
const NAME = { owner: "acme", repo: "shop" };
const PATH = ".github/rekeeper.yml";
const REQUEST = { path: PATH, bytesMax: 1_000 };

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  const pending = nock.pendingMocks();
  nock.cleanAll();
  nock.enableNetConnect();
  expect(pending).toEqual([]);
});

const octokit = new Octokit({
  baseUrl: API,
  log: { debug() {}, info() {}, warn() {}, error() {} },
});

function contents(query: Record<string, string> = {}): nock.Interceptor {
  return nock(API)
    .get(`/repos/acme/shop/contents/${encodeURIComponent(PATH)}`)
    .query(query);
}

function fileJson(text: string, changes: object = {}): object {
  return {
    type: "file",
    encoding: "base64",
    size: Buffer.byteLength(text),
    // GitHub breaks the lines of what it encodes.
    content: Buffer.from(text).toString("base64").replace(/.{60}/g, "$&\n"),
    sha: "b".repeat(40),
    ...changes,
  };
}

it("returns the text, with what to ask for the next time", async () => {
  const text = `# ä\n${"x".repeat(200)}\n`;
  contents().reply(200, fileJson(text), { etag: '"one"' });
  expect(await findFile(octokit, NAME, REQUEST)).toEqual({
    text,
    sizeBytes: Buffer.byteLength(text),
    blob: "b".repeat(40),
    etag: '"one"',
  });
});

it("asks for the default branch unless told otherwise", async () => {
  contents({ ref: "stable" }).reply(200, fileJson("a"));
  expect(await findFile(octokit, NAME, { ...REQUEST, ref: "stable" })).toMatchObject({ text: "a" });
});

it("says that nothing changed", async () => {
  contents().matchHeader("if-none-match", '"one"').reply(304);
  expect(await findFile(octokit, NAME, { ...REQUEST, etag: '"one"' })).toBe("unchanged");
});

it("finds nothing where there is no file", async () => {
  contents().reply(404, { message: "Not Found" });
  contents().reply(200, [{ type: "file", name: "a" }]);
  contents().reply(200, { type: "submodule", size: 0, sha: "b".repeat(40) });
  for (let turn = 0; turn < 3; turn += 1) {
    expect(await findFile(octokit, NAME, REQUEST)).toBeUndefined();
  }
});

it("returns no text over the limit, nor where GitHub sends none", async () => {
  contents().reply(200, fileJson("x".repeat(1_001)));
  contents().reply(200, fileJson("", { encoding: "none", size: 5_000_000 }));
  for (const sizeBytes of [1_001, 5_000_000]) {
    expect(await findFile(octokit, NAME, REQUEST)).toEqual({ sizeBytes, blob: "b".repeat(40) });
  }
});

it.each([403, 500])("throws what else GitHub answers: %i", async (status) => {
  contents().reply(status, { message: "no" });
  await expect(findFile(octokit, NAME, REQUEST)).rejects.toMatchObject({ status });
});
