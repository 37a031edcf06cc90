/** Rules that an organisation or a repository adds in its configuration. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { seededRandom } from "../../src/lib/seeded-random.ts";
import { drawRun } from "../../src/rules/draw-run.ts";
import { type AppUnderTest, startApp } from "../support/app-under-test.ts";

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

/** Different for each seed, and never the same text in two tests. */
const acmeToken = (seed: string): string =>
  `acme_${drawRun("abcdefghijkmnpqrstuvwxyz23456789", 32, seededRandom(seed))}`;

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
