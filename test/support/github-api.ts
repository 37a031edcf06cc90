/** GitHub's REST API answered by nock; the only file that imports it. For unit tests of src/github. */
import { generateKeyPairSync } from "node:crypto";
import type { Octokit } from "@octokit/rest";
import nock from "nock";
import { createGitHub, type GitHub } from "../../src/github/client.ts";
import { asInstallationId, type InstallationId } from "../../src/model/ids.ts";

export interface GitHubApi {
  readonly github: GitHub;
  readonly octokit: Octokit;
  /** Answers the next matching request; a request without an answer, or the reverse, fails the test. */
  readonly scope: nock.Scope;
  /** Throws unless exactly what was announced was asked. Call it after each test. */
  close(): void;
}

export const INSTALLATION_ID: InstallationId = asInstallationId(7);
const API_URL = "https://api.github.com";
const PRIVATE_KEY = generateKeyPairSync("rsa", { modulusLength: 2048 })
  .privateKey.export({ type: "pkcs1", format: "pem" })
  .toString();

export function startGitHubApi(): GitHubApi {
  nock.disableNetConnect();
  const unexpected: string[] = [];
  nock.emitter.on("no match", (request: Request) => {
    unexpected.push(`${request.method} ${request.url}`);
  });
  const github = createGitHub(
    { appId: 1, privateKey: PRIVATE_KEY, webhookSecret: "" },
    { apiUrl: API_URL, webUrl: "https://github.com" },
  );
  answerTokens(3_600_000);
  return {
    github,
    octokit: github.installation(INSTALLATION_ID),
    scope: nock(API_URL),
    close() {
      const unasked = nock.pendingMocks().filter((mock) => !mock.includes("/access_tokens"));
      nock.cleanAll();
      nock.emitter.removeAllListeners("no match");
      nock.enableNetConnect();
      if (unasked.length > 0) throw new Error(`never asked: ${unasked.join(", ")}`);
      if (unexpected.length > 0) throw new Error(`unexpected: ${unexpected.join(", ")}`);
    },
  };
}

function answerTokens(lifeMs: number): void {
  nock(API_URL)
    .post(`/app/installations/${INSTALLATION_ID}/access_tokens`)
    .reply(201, {
      token: "a token of this test",
      expires_at: new Date(Date.now() + lifeMs).toISOString(),
      permissions: {},
      repository_selection: "all",
    });
}
