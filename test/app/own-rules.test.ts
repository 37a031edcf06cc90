/** Rules that an organisation or a repository adds in its configuration. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { seededRandom } from "../../src/lib/seeded-random.ts";
import { drawRun } from "../../src/rules/draw-run.ts";
import { type AppUnderTest, startApp } from "../support/app-under-test.ts";
import { requestEvidence, tableEvidence } from "../support/evidence.ts";
import { findTraces } from "../support/find-traces.ts";
import { githubToken } from "../support/random-keys.ts";
import { waitFor } from "../support/wait-for.ts";

let app: AppUnderTest;

const BASE = `rules:
  own:
    - id: own-acme-token
      name: Token of Acme's billing
      pattern: acme_(?P<key>[a-z0-9]{32})
      lane: provider
      severity: critical
      examples: ["token: acme_{{[a-z0-9]:32}}"]
    - id: own-everything
      name: Everything
      pattern: .+
      keywords: [token]
      lane: provider
      severity: low
`;

beforeAll(async () => {
  app = await startApp();
  const base = await app.repository(".github");
  base.commit({ files: { "rekeeper.yml": BASE } });
  await base.push("main");
});

afterAll(async () => {
  await app.stop();
});

const ownFile = (...rules: readonly string[]): string =>
  `rules:\n  own:\n${rules.map((rule) => `    - {${rule}, lane: provider, severity: high}\n`).join("")}`;

/** Every key of these tests, to look for traces of at the end. */
const used: Record<string, string> = {};

/** Different for each seed, and never the same text in two tests. */
function acmeToken(seed: string): string {
  const random = drawRun("abcdefghijkmnpqrstuvwxyz23456789", 32, seededRandom(seed));
  used[seed] = random;
  return `acme_${random}`;
}

test("a key of an organisation's own kind fails the check and gets an issue", async () => {
  const repo = await app.repository("billing");
  repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  const head = repo.commit({ files: { "pay.env": `TOKEN=${acmeToken("billing")}\n` } });
  await repo.push("main");
  const check = repo.check(head);
  expect(check.conclusion).toBe("failure");
  expect(check.output?.summary).toContain("Token of Acme's billing");
  const [issue] = repo.issues();
  expect(issue?.title).toContain("Leaked key: Token of Acme's billing");
  expect(issue?.body).toContain("Find out what the value opens");
  expect(issue?.body).toContain("own rule");
});

test("a refused rule is shown with line and column, and the rest stays in force", async () => {
  const repo = await app.repository("refused");
  const config = ownFile(
    "id: own-open, name: Unfinished, pattern: 'acme_('",
    "id: own-beta, name: Key of beta, pattern: 'beta_[a-z0-9]{32}'",
    "id: own-acme-token, name: Taken, pattern: 'acme_[a-z0-9]{20}'",
  );
  repo.commit({ files: { ".github/rekeeper.yml": config } });
  await repo.push("main");
  const head = repo.commit({ files: { k: acmeToken("refused").replace("acme_", "beta_") } });
  await repo.push("main");
  const summary = repo.check(head).output?.summary ?? "";
  expect(repo.check(head).conclusion).toBe("failure");
  expect(summary).toContain("Key of beta");
  expect(summary).toContain("line 3, column 7: `own-open does not count: this is no regular");
  expect(summary).toContain("line 5, column 7: `the organisation has a rule of this id");
  expect(summary).toContain("organisation's `.github`, line 9, column 7: `own-everything does not");
  expect(summary).toContain("`rules.own` from `.github/rekeeper.yml`, line 2");
});

test("an own rule of one repository counts in no other, and an allow may name it", async () => {
  const repo = await app.repository("only-here");
  const allow = "allow:\n  - {rule: own-gamma, paths: [test/**], reason: made for the tests}\n";
  const config = ownFile("id: own-gamma, name: Key of gamma, pattern: 'gamma_[a-z0-9]{32}'");
  const generic = config.replace("lane: provider", "lane: generic");
  repo.commit({ files: { ".github/rekeeper.yml": generic + allow } });
  await repo.push("main");
  const key = (seed: string): string => acmeToken(seed).replace("acme_", "gamma_");
  const allowed = repo.commit({ files: { "test/k": key("gamma 1") } });
  await repo.push("main");
  expect(repo.check(allowed).output?.summary).toContain("Allowed by the configuration");
  const noted = repo.commit({ files: { "src/k": key("gamma 2") } });
  await repo.push("main");
  expect(repo.check(noted).conclusion).toBe("neutral");
  const other = await app.repository("not-there");
  const clean = other.commit({ files: { "src/k": key("gamma 3") } });
  await other.push("main");
  expect(other.check(clean).conclusion).toBe("success");
});

test("a new rule is looked for in open pull requests, heads of branches and the history", async () => {
  const repo = await app.repository("grown");
  const key = (seed: string): string => acmeToken(seed).replace("acme_", "delta_");
  repo.commit({ files: { a: "1\n", old: key("delta in history") } });
  const gone = repo.commit({ files: { old: "no more\n" } });
  await repo.push("main");
  repo.commit({ branch: "topic", parents: [gone], files: { k: key("delta in a pull request") } });
  await repo.push("topic");
  await app.sandbox.people.openPullRequest({ repository: "grown", head: "topic", title: "Add k" });
  await app.idle();
  const head = repo.git("rev-parse", "topic").trim();
  expect(repo.check(head).conclusion).toBe("success");
  const main = repo.commit({ branch: "main", parents: [gone], files: { b: key("delta on main") } });
  await repo.push("main");
  expect(repo.check(main).conclusion).toBe("success");
  const config = ownFile("id: own-delta, name: Key of delta, pattern: 'delta_[a-z0-9]{32}'");
  repo.commit({ branch: "main", parents: [main], files: { ".github/rekeeper.yml": config } });
  await repo.push("main");
  expect(repo.check(head).conclusion).toBe("failure");
  const bodies = repo.issues().map(({ body }) => body ?? "");
  expect(bodies).toHaveLength(3);
  for (const path of ["/old", "/k", "/b"]) {
    expect(bodies.filter((body) => body.includes(`${path}?plain=1#L1`))).toHaveLength(1);
  }
}, 120_000);

test("keys that a rule had found are still shown when it is gone", async () => {
  const repo = await app.repository("shrunk");
  const config = ownFile("id: own-eta, name: Key of eta, pattern: 'eta_[a-z0-9]{32}'");
  repo.commit({ files: { ".github/rekeeper.yml": config } });
  await repo.push("main");
  repo.commit({ files: { k: acmeToken("shrunk").replace("acme_", "eta_") } });
  await repo.push("main");
  repo.commit({ files: { ".github/rekeeper.yml": "{}\n" } });
  await repo.push("main");
  expect(repo.issues().map(({ title }) => title)).toEqual([
    expect.stringContaining("Leaked key: Key of eta"),
  ]);
  expect(app.log()).not.toContain("is not among the rules");
});

test("what people write is looked at with own rules too", async () => {
  const repo = await app.repository("written");
  repo.commit({ files: { a: "1\n" } });
  await repo.push("main");
  const issue = app.sandbox.people.openIssue({
    repository: "written",
    title: "It fails",
    body: `with ${acmeToken("written")}`,
  });
  await app.idle();
  expect(repo.comments(issue.number)).toHaveLength(1);
});

test("a rule that takes too long is a gap, and delays nobody else", async () => {
  const slow = await app.repository("slow");
  const rule = (id: string) =>
    `id: ${id}, name: Slow one, keywords: [acme], pattern: '(?:[a-z ]?(?:a|b)?[\\w ]?){160}[0-9]zq#!'`;
  slow.commit({
    files: { ".github/rekeeper.yml": ownFile(rule("own-slow-a"), rule("own-slow-b")) },
  });
  await slow.push("main");
  const text = `${"the quick brown fox jumps over one lazy dog\n".repeat(40)}acme zq#!\n`.repeat(
    30,
  );
  const files = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [`text/${index}`, `${index}\n${text}`]),
  );
  const held = slow.commit({ files });
  await slow.pushOnly("main");
  const quick = await app.repository("quick");
  const head = quick.commit({ files: { k: `T=${githubToken("quick")}\n` } });
  await quick.pushOnly("main");
  await waitFor(
    "the check of the other repository",
    () => quick.checks(head)[0]?.conclusion ?? undefined,
  );
  expect(slow.checks(held)[0]?.conclusion ?? "none yet").not.toBe("success");
  expect(slow.checks(held)[0]?.status ?? "queued").not.toBe("completed");
  expect(quick.check(head).conclusion).toBe("failure");
  await app.idle();
  expect(slow.check(held).conclusion).toBe("neutral");
  expect(slow.check(held).output?.summary).toMatch(
    /at which the configuration's own rules took too long: \d+ objects/,
  );
}, 120_000);

test("no key that an own rule found left a trace in requests, tables or the log", async () => {
  const evidence = [
    ...requestEvidence(app.sandbox.state),
    ...(await tableEvidence(app.service().db)),
    { place: "log", bytes: Buffer.from(app.log()) },
  ];
  expect(Object.keys(used).length).toBeGreaterThan(8);
  expect(evidence.some(({ place }) => place === "table public.own_rules")).toBe(true);
  expect(findTraces(used, evidence)).toEqual([]);
});
