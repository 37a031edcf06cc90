/** The App asks for what its code uses: every permission has a use, every use its permission. */
import { expect, it } from "vitest";
import { parse } from "yaml";
import {
  AUTOMATIC_EVENTS,
  ENDPOINT_PERMISSIONS,
  EVENT_PERMISSIONS,
  type Permissions,
} from "../fixtures/github-permissions.ts";
import { listTextFiles, readText } from "../support/repository-files.ts";

interface Manifest {
  readonly name: string;
  readonly description: string;
  readonly url: string;
  readonly hook_attributes: { readonly url: string; readonly active: boolean };
  readonly public: boolean;
  readonly default_permissions: Permissions;
  readonly default_events: readonly string[];
}

/** What the code calls and takes. */
interface Uses {
  readonly endpoints: readonly string[];
  readonly events: readonly string[];
}

const manifest = parse(readText("app.yml")) as Manifest;
const sources = listTextFiles((path) => /^src\/(?!sandbox\/).*\.ts$/.test(path));
const github = sources.filter(({ path }) => path.startsWith("src/github/"));
const uses: Uses = {
  endpoints: github.flatMap(({ text }) => listEndpoints(text)),
  events: listEvents(readText("src/webhook/door.ts")),
};

it("registers a private App that can be reached", () => {
  expect(manifest.public).toBe(false);
  expect(manifest.hook_attributes).toEqual({
    url: `${manifest.url}/api/github/webhooks`,
    active: true,
  });
  expect(manifest.name).toBe("Rekeeper");
  expect(manifest.description).toMatch(/^.{20,200}\.$/);
});

it("asks for what the code uses, and for nothing that has no use", () => {
  expect(uses.endpoints.length).toBeGreaterThan(5);
  expect(uses.events).toContain("push");
  expect(listProblems(manifest, uses)).toEqual([]);
});

it("calls GitHub from src/github alone", () => {
  const others = sources.filter(({ path }) => !path.startsWith("src/github/"));
  const callers = others.filter(({ text }) => /\.rest\.\w+\.|\.(?:request|graphql)\(/.test(text));
  expect(callers.map(({ path }) => path)).toEqual([]);
});

const SMALL: Manifest = {
  ...manifest,
  default_permissions: { contents: "read", checks: "read" },
  default_events: ["push"],
};

it.each<[string, Manifest, Uses, string]>([
  [
    "a call without its permission",
    SMALL,
    { endpoints: ["issues.get", "checks.listForRef"], events: ["push"] },
    "issues.get needs issues: read",
  ],
  [
    "a call with too little",
    SMALL,
    { endpoints: ["checks.create", "checks.listForRef"], events: ["push"] },
    "checks.create needs checks: write",
  ],
  [
    "a call that nobody knows",
    SMALL,
    { endpoints: ["repos.delete", "checks.listForRef"], events: ["push"] },
    "repos.delete: look its permission up",
  ],
  [
    "an event that nobody takes",
    SMALL,
    { endpoints: ["checks.listForRef"], events: [] },
    "push is sent, but nobody takes it",
  ],
  [
    "an event that nobody is sent",
    SMALL,
    { endpoints: ["checks.listForRef"], events: ["push", "issues"] },
    "issues is taken, but not among the events",
  ],
  [
    "a permission without a use",
    SMALL,
    { endpoints: [], events: ["push"] },
    "checks: read has no use",
  ],
  [
    "an event without its permission",
    { ...SMALL, default_events: ["push", "merge_group"] },
    { endpoints: ["checks.listForRef"], events: ["push", "merge_group"] },
    "merge_group needs merge_queues: read",
  ],
])("reports planted: %s", (_what, planted, plantedUses, problem) => {
  expect(listProblems(planted, plantedUses)).toEqual([expect.stringContaining(problem)]);
});

it("finds planted calls and events in code", () => {
  const code = "await octokit.rest.issues\n  .lock({});\nawait client.rest.repos.get();";
  expect(listEndpoints(code)).toEqual(["issues.lock", "repos.get"]);
  const door = `const TEXTS = ["release"];
    app.on("push", take);
    app.on(["issues.opened", "issues.edited"], take);
    app.on([...TEXTS], take);`;
  expect(listEvents(door)).toEqual(["push", "issues", "release"]);
});

function listProblems(asked: Manifest, { endpoints, events }: Uses): string[] {
  const granted = asked.default_permissions;
  const sent = [...asked.default_events, ...AUTOMATIC_EVENTS];
  const needs = [
    ...endpoints.map((name) => [name, ENDPOINT_PERMISSIONS[name]] as const),
    ...asked.default_events.map((name) => [name, EVENT_PERMISSIONS[name]] as const),
  ];
  const lacking = needs.flatMap(([name, needed]) => {
    if (needed === undefined) return [`${name}: look its permission up in GitHub's tables`];
    return Object.entries(needed)
      .filter(([what, level]) => granted[what] !== "write" && granted[what] !== level)
      .map(([what, level]) => `${name} needs ${what}: ${level}`);
  });
  const useless = Object.entries(granted)
    .filter(([what, level]) => !needs.some(([, needed]) => needed?.[what] === level))
    .map(([what, level]) => `${what}: ${level} has no use`);
  const deaf = events
    .filter((name) => !sent.includes(name))
    .map((name) => `${name} is taken, but not among the events`);
  const ignored = asked.default_events
    .filter((name) => !events.includes(name))
    .map((name) => `${name} is sent, but nobody takes it`);
  return [...lacking, ...useless, ...deaf, ...ignored];
}

function listEndpoints(code: string): string[] {
  return [...code.matchAll(/\.rest\s*\.(\w+)\s*\.(\w+)\(/g)].map(
    ([, group, name]) => `${group}.${name}`,
  );
}

/** Names of events without their actions, from the calls of `app.on` and the lists they spread. */
function listEvents(code: string): string[] {
  const calls = [...code.matchAll(/\bapp\.on\(\s*(\[[^\]]*\]|"[^"]*")/g)];
  const names = calls.flatMap(([, argument = ""]) => {
    const lists = [...argument.matchAll(/\.\.\.(\w+)/g)].map(([, list = ""]) =>
      new RegExp(`const ${list} = (\\[[^\\]]*\\])`).exec(code),
    );
    const texts = [argument, ...lists.map((list) => list?.[1] ?? "")];
    return texts.flatMap((text) => [...text.matchAll(/"([a-z_]+)/g)]);
  });
  return [...new Set(names.map(([, name = ""]) => name))];
}
