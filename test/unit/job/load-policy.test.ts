import { generateKeyPairSync } from "node:crypto";
import nock from "nock";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  getRepository,
  type RepositoryRow,
  recordRepository,
} from "../../../src/db/repositories.ts";
import { createGitHub } from "../../../src/github/client.ts";
import { applyPolicy, type PolicySubject } from "../../../src/job/apply-policy.ts";
import { type LoadedPolicy, loadPolicy } from "../../../src/job/load-policy.ts";
import { createOwnRuleTrials } from "../../../src/job/own/own-rule-trials.ts";
import { tryOwnRule } from "../../../src/job/own/try-own-rule.ts";
import { createPolicyCache } from "../../../src/job/policy-file.ts";
import type { InstallationId } from "../../../src/model/ids.ts";
import { openQueue, type Queue } from "../../../src/queue/open.ts";
import { type EmptyDatabase, openEmptyDatabase } from "../../support/empty-database.ts";

const API = "https://api.github.test";
const INSTALLATION = 7 as InstallationId;
const NOW = new Date("2026-11-26T12:00:00Z");
const RULES = { hash: "f".repeat(64), providers: [], rules: [] };
const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2_048,
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
  publicKeyEncoding: { type: "pkcs1", format: "pem" },
});

let database: EmptyDatabase;
let queue: Queue;
let nextId = 100;

beforeAll(async () => {
  database = await openEmptyDatabase();
  queue = await openQueue(database.database, {
    onError: (error) => expect.fail(String(error)),
    onPostponed: () => undefined,
    stopTimeoutMs: 1_000,
  });
});
afterAll(async () => {
  await queue.stop();
  await database.close();
});
beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  const pending = nock.pendingMocks();
  nock.cleanAll();
  nock.enableNetConnect();
  expect(pending).toEqual([]);
});

/** An account of its own, so that no test sees what another one stored. */
interface Organisation {
  add(name: string, installationId?: number): Promise<RepositoryRow>;
  file(name: string, text: string | undefined, etag?: string): void;
  unchanged(name: string, etag: string): void;
  live(name: string, changes?: object): void;
  load(repository: RepositoryRow): Promise<LoadedPolicy>;
  /** As after a restart: nothing is remembered but the database. */
  restart(): void;
}

function createOrganisation(): Organisation {
  const accountId = nextId++;
  const owner = `acme-${accountId}`;
  nock(API)
    .post(`/app/installations/${INSTALLATION}/access_tokens`)
    .reply(201, { token: "t", expires_at: "2099-01-01T00:00:00Z", permissions: {} });
  const github = createGitHub(
    { appId: 1, privateKey, webhookSecret: "" },
    { apiUrl: API, webUrl: "https://github.test" },
  );
  const ownRules = createOwnRuleTrials(async (source) => tryOwnRule(source));
  let policyCache = createPolicyCache();
  const contents = (name: string): nock.Interceptor => {
    const path = name === ".github" ? "rekeeper.yml" : ".github/rekeeper.yml";
    return nock(API).get(`/repos/${owner}/${name}/contents/${encodeURIComponent(path)}`);
  };
  return {
    async add(name, installationId = INSTALLATION) {
      const id = nextId++;
      await recordRepository(database.db, {
        id,
        installation_id: installationId,
        account_id: accountId,
        owner,
        name,
        default_branch: "main",
        is_private: true,
        updated_at: NOW,
      });
      return await getRepository(database.db, id);
    },
    file(name, text, etag) {
      if (text === undefined) return void contents(name).reply(404, { message: "Not Found" });
      const content = Buffer.from(text).toString("base64");
      const size = Buffer.byteLength(text);
      const sha = Buffer.from(text).toString("hex").slice(0, 40).padEnd(40, "0");
      const json = { type: "file", encoding: "base64", size, content, sha };
      contents(name).reply(200, json, { etag: etag ?? `"${sha}"` });
    },
    unchanged: (name, etag) => void contents(name).matchHeader("if-none-match", etag).reply(304),
    live(name, changes = {}) {
      const json = { private: true, has_issues: true, archived: false, default_branch: "main" };
      const route = nock(API).get(`/repos/${owner}/${name}`);
      if ("status" in changes) route.reply(changes.status as number, { message: "no" });
      else route.reply(200, { ...json, ...changes });
    },
    async load(repository) {
      const parts = {
        db: database.db,
        queue,
        github,
        rules: RULES,
        ownRules,
        policyCache,
        now: () => NOW,
      };
      return await loadPolicy(parts, { repository, installationId: INSTALLATION });
    },
    restart() {
      policyCache = createPolicyCache();
    },
  };
}

const valuesOf = ({ policy }: LoadedPolicy): string[] => policy.exclude.map(({ value }) => value);
const messagesOf = ({ policy }: LoadedPolicy): string[] =>
  policy.warnings.map(
    ({ source, line, column, message }) => `${source} ${line}:${column} ${message}`,
  );

describe("one file", () => {
  it("that is missing leaves everything at its default", async () => {
    const org = createOrganisation();
    const shop = await org.add("shop");
    org.file("shop", undefined);
    expect(await org.load(shop)).toMatchObject({ policy: { exclude: [], warnings: [] } });
  });

  it("is read again only when GitHub says that it changed", async () => {
    const org = createOrganisation();
    const shop = await org.add("shop");
    org.file("shop", "paths: {exclude: [a/**]}", '"one"');
    expect(valuesOf(await org.load(shop))).toEqual(["a/**"]);
    org.unchanged("shop", '"one"');
    expect(valuesOf(await org.load(shop))).toEqual(["a/**"]);
    org.file("shop", "paths: {exclude: [b/**]}");
    expect(valuesOf(await org.load(shop))).toEqual(["b/**"]);
  });

  it("that is broken leaves its last good version in force, across restarts", async () => {
    const org = createOrganisation();
    const shop = await org.add("shop");
    org.file("shop", "paths: {exclude: [a/**]}");
    await org.load(shop);
    for (let turn = 0; turn < 2; turn += 1) {
      org.restart();
      org.file("shop", "paths:\n  exlude: [b/**]\n");
      const loaded = await org.load(shop);
      expect(valuesOf(loaded)).toEqual(["a/**"]);
      expect(messagesOf(loaded)).toEqual([
        'repository 2:3 "exlude" is not known here: did you mean "exclude"?',
      ]);
    }
  });

  it("that is broken from the start leaves nothing in force", async () => {
    const org = createOrganisation();
    const shop = await org.add("shop");
    org.file("shop", "paths: 3");
    const loaded = await org.load(shop);
    expect(valuesOf(loaded)).toEqual([]);
    expect(messagesOf(loaded)).toHaveLength(1);
  });

  it("that was removed is forgotten", async () => {
    const org = createOrganisation();
    const shop = await org.add("shop");
    org.file("shop", "paths: {exclude: [a/**]}");
    await org.load(shop);
    org.file("shop", undefined);
    org.live("shop");
    expect(valuesOf(await org.load(shop))).toEqual([]);
    org.file("shop", "paths: 3");
    expect(valuesOf(await org.load(shop))).toEqual([]);
  });

  it("is never guessed at while GitHub cannot be asked", async () => {
    const org = createOrganisation();
    const shop = await org.add("shop");
    const path = encodeURIComponent(".github/rekeeper.yml");
    nock(API).get(`/repos/${shop.owner}/shop/contents/${path}`).reply(403, {});
    await expect(org.load(shop)).rejects.toMatchObject({ name: "GitHubError", status: 403 });
  });
});

describe("the organisation's base", () => {
  it("is joined with the repository's file, and its locks hold", async () => {
    const org = createOrganisation();
    await org.add(".github");
    const shop = await org.add("shop");
    org.file(".github", "lock: [paths]\npaths: {exclude: [a/**]}");
    org.file("shop", "paths: {exclude: [b/**]}");
    const loaded = await org.load(shop);
    expect(valuesOf(loaded)).toEqual(["a/**"]);
    expect(messagesOf(loaded)).toEqual([
      "repository 1:9 the organisation locked paths.exclude: remove it here, or ask for it there",
    ]);
  });

  it("is not read where the App is not installed on it", async () => {
    const org = createOrganisation();
    await org.add(".github", 8);
    const shop = await org.add("shop");
    org.file("shop", undefined);
    expect(messagesOf(await org.load(shop))).toEqual([]);
  });

  it("stays in force when its repository goes out of sight", async () => {
    const org = createOrganisation();
    await org.add(".github");
    const shop = await org.add("shop");
    org.file(".github", "lock: [paths]");
    org.file("shop", undefined);
    await org.load(shop);
    org.file(".github", undefined);
    org.live(".github", { status: 404 });
    org.file("shop", "paths: {exclude: [b/**]}");
    const loaded = await org.load(shop);
    expect(valuesOf(loaded)).toEqual([]);
    expect(messagesOf(loaded)[0]).toContain("organisation 1:1 the repository of this file");
  });
});

describe("issues.repository", () => {
  it("is used when it is private, of the same owner, and installed", async () => {
    const org = createOrganisation();
    const shop = await org.add("shop");
    const leaks = await org.add("leaks");
    org.file("shop", `issues: {repository: ${shop.owner}/Leaks}`);
    org.live("leaks");
    expect((await org.load(shop)).issuesRepository).toMatchObject({ id: leaks.id });
  });

  it.each([
    ["public", { private: false }, "the repository is public"],
    ["archived", { archived: true }, "the repository is archived"],
    ["without issues", { has_issues: false }, "has its issues switched off"],
    ["out of sight", { status: 404 }, "the App is not installed"],
  ])("is refused when it is %s", async (_what, changes, reason) => {
    const org = createOrganisation();
    const shop = await org.add("shop");
    await org.add("leaks");
    org.file("shop", `issues:\n  repository: ${shop.owner}/leaks`);
    org.live("leaks", changes);
    const loaded = await org.load(shop);
    expect(loaded.issuesRepository).toBeUndefined();
    expect(loaded.policy.issues.repository).toBeUndefined();
    expect(messagesOf(loaded)).toEqual([
      expect.stringContaining("repository 2:3 issues.repository: "),
    ]);
    expect(messagesOf(loaded)[0]).toContain(reason);
  });

  it("is refused, without a question to GitHub, when it is another owner's or unknown", async () => {
    const org = createOrganisation();
    const shop = await org.add("shop");
    for (const name of ["globex/leaks", `${shop.owner}/nowhere`]) {
      org.file("shop", `issues: {repository: ${name}}`);
      expect((await org.load(shop)).issuesRepository).toBeUndefined();
    }
  });
});

it("warns of a rule that does not exist, while the rest counts", async () => {
  const org = createOrganisation();
  const shop = await org.add("shop");
  org.file("shop", "paths: {exclude: [a/**]}\nallow:\n  - {rule: no-such, reason: a sample}");
  const loaded = await org.load(shop);
  expect(valuesOf(loaded)).toEqual(["a/**"]);
  expect(messagesOf(loaded)).toEqual([
    "repository 3:5 there is no rule of this id: remove this entry",
  ]);
});

describe("applying it", () => {
  function subjectOf(id: number, changes: Partial<PolicySubject["incident"]> = {}): PolicySubject {
    const fingerprint = String(id).repeat(64);
    return {
      incident: {
        id,
        fingerprint,
        rule_id: "toy-key",
        lane: "generic",
        verdict: "unknown",
        ...changes,
      },
      key: { keyId: fingerprint.slice(0, 10), masked: "…", ruleName: "Toy", isOpen: true },
      occurrences: [{ path: "test/a" }],
    };
  }

  it("silences what is allowed or excluded, and reports each with its reason", async () => {
    const org = createOrganisation();
    const shop = await org.add("shop");
    org.file(
      "shop",
      [
        "allow:",
        "  - {key: 1111111111, reason: a sample}",
        "  - {key: 2222222222, reason: a trial, until: 2026-11-25}",
        "  - {key: 3333333333, reason: a sample}",
        "paths: {exclude: [test/**]}",
      ].join("\n"),
    );
    const { policy } = await org.load(shop);
    const atSource = { ...subjectOf(2), occurrences: [{ path: "src/a" }] };
    const inMessage = { ...subjectOf(5), occurrences: [{ path: "test/a" }, { path: null }] };
    const subjects = [
      subjectOf(1),
      atSource,
      subjectOf(3, { lane: "provider" }),
      subjectOf(4),
      inMessage,
    ];
    const context = { policy, now: NOW, isPrivate: true, occurrencesMax: 20 };
    const { silenced, report } = await applyPolicy(context, subjects);
    expect([...silenced].map(([id, { kind }]) => [id, kind])).toEqual([
      [1, "allowed"],
      [4, "excluded"],
    ]);
    expect(report.allowed.map(({ keyId, entry }) => [keyId, entry.reason])).toEqual([
      ["1111111111", "a sample"],
    ]);
    expect(report.excludedCount).toBe(1);
    expect(report.expired.map(({ reason }) => reason)).toEqual(["a trial"]);
  });
});
