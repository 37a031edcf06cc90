/** The contract notices what GitHub would not take or answer: each kind of breach is planted once. */
import { expect, test } from "vitest";
import type { Exchange } from "../../../src/sandbox/rest/exchange.ts";
import { listNotes } from "../../support/contract.ts";
import { renderReport } from "../../support/contract-report.ts";

const permissions = { metadata: "read", checks: "write", issues: "write" } as const;

function exchange(more: Partial<Exchange>): Exchange {
  return {
    method: "POST",
    path: "/repos/acme/shop/check-runs",
    query: {},
    requestBody: { name: "rekeeper", head_sha: "0".repeat(40) },
    route: "/repos/:owner/:repo/check-runs",
    access: { kind: "repository", anyOf: ["checks:write"] },
    status: 404,
    answer: { message: "Not Found" },
    ...more,
  };
}

function problemsOf(more: Partial<Exchange>): string[] {
  return listNotes(exchange(more), "app", permissions).flatMap((note) => {
    if ("violation" in note) return [note.violation];
    return "unpermitted" in note ? [`unpermitted: ${note.unpermitted}`] : [];
  });
}

test("finds nothing wrong with what is right", () => {
  expect(problemsOf({})).toEqual([]);
});

const annotation = {
  path: "f",
  start_line: 1,
  end_line: 1,
  annotation_level: "failure",
  message: "m",
};
const run = { name: "rekeeper", head_sha: "0".repeat(40) };
const output = { title: "t", summary: "s" };

test.each([
  ["a field that does not exist", { ...run, colour: "red" }, /unknown field colour/],
  [
    "one further in",
    { ...run, output: { ...output, colour: "red" } },
    /unknown field output.colour/,
  ],
  ["completed without a conclusion", { ...run, status: "completed" }, /without a conclusion/],
  ["a missing field", { name: "rekeeper" }, /head_sha/],
  [
    "51 annotations",
    { ...run, output: { ...output, annotations: Array(51).fill(annotation) } },
    /fewer than 50|more than 50/,
  ],
])("notices %s", (_name, requestBody, problem) => {
  expect(problemsOf({ requestBody })).toEqual([expect.stringMatching(problem)]);
});

test("notices an unknown query parameter, a path that GitHub lacks", () => {
  expect(problemsOf({ query: { nonsense: "1" } })).toEqual([
    expect.stringContaining("unknown query parameter nonsense"),
  ]);
  expect(problemsOf({ route: undefined, path: "/nowhere" })).toEqual([
    "POST /nowhere: no such endpoint",
  ]);
});

test("notices an answer that GitHub would not give", () => {
  const problems = problemsOf({ status: 201, answer: { id: "one" } });
  expect(problems.join("\n")).toMatch(/answer:/);
  expect(problemsOf({ status: 500, answer: {} }).join("\n")).toContain("failed with 500");
});

test("notices an endpoint that the App has no permission for", () => {
  const access = { kind: "repository", anyOf: ["contents:write"] } as const;
  expect(problemsOf({ access })).toEqual([expect.stringMatching(/^unpermitted: POST/)]);
});

test("lets a test ask for what is refused, but not for what is accepted wrongly", () => {
  const refused = exchange({ requestBody: { nonsense: 1 }, status: 422, answer: { message: "x" } });
  expect(listNotes(refused, "tests", permissions)).toEqual([
    { endpoint: "POST /repos/:owner/:repo/check-runs" },
  ]);
});

test("the report of a run without breaches says so; one breach breaks it", () => {
  const line = (note: object): string => `${JSON.stringify(note)}\n`;
  const called = line({ endpoint: "GET /meta" }) + line({ endpoint: "GET /meta" });
  expect(renderReport(called)).toEqual({
    text: "contract: 1 endpoints called, violations none, endpoints used without permission none",
    isKept: true,
  });
  const broken = renderReport(called + line({ violation: "GET /meta: planted" }));
  expect(broken?.isKept).toBe(false);
  expect(broken?.text).toContain("violations 1");
  expect(broken?.text).toContain("GET /meta: planted");
  expect(renderReport("")).toBeUndefined();
});
