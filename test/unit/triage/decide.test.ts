import { describe, expect, it } from "vitest";
import type { Change } from "../../../src/model/change.ts";
import type { Finding } from "../../../src/model/finding.ts";
import { asFingerprint, asObjectId, asRuleId, type ObjectId } from "../../../src/model/ids.ts";
import {
  type Decision,
  decide,
  type RangeEvidence,
  type RuleFacts,
  type TextHit,
} from "../../../src/triage/decide.ts";

/** What each blob holds, by the names that the changes below use: keys are single letters. */
type Blobs = Readonly<Record<string, string>>;

interface Step {
  readonly commit: string;
  readonly path?: string;
  readonly blob: string;
  readonly old?: readonly string[];
  readonly deleted?: readonly string[];
}

interface Range {
  readonly blobs: Blobs;
  readonly steps: readonly Step[];
  readonly head?: readonly string[];
  readonly base?: string;
}

describe("a key is introduced by", () => {
  it.each<[string, Range]>([
    ["a new file", { blobs: { a: "K" }, steps: [{ commit: "1", blob: "a" }], head: ["a"] }],
    [
      "an edit that adds it",
      { blobs: { a: "", b: "K" }, steps: [{ commit: "1", blob: "b", old: ["a"] }], head: ["b"] },
    ],
    [
      "an edit that adds it beside a key that was there",
      { blobs: { a: "X", b: "XK" }, steps: [{ commit: "1", blob: "b", old: ["a"] }], head: ["b"] },
    ],
    [
      "a copy into a second file, where the base is not known to hold it",
      { blobs: { b: "K" }, steps: [{ commit: "1", blob: "b", path: "copy" }], head: ["b"] },
    ],
    [
      "a merge that none of its parents has it from",
      { blobs: { a: "", b: "", m: "K" }, steps: [{ commit: "1", blob: "m", old: ["a", "b"] }] },
    ],
  ])("%s", (_what, range) => {
    expect(decisionOn("K", range)).toMatchObject({ isIntroduced: true });
  });
});

describe("a key is not introduced by", () => {
  it.each<[string, Range]>([
    [
      "an edit of another line",
      { blobs: { a: "K", b: "K" }, steps: [{ commit: "1", blob: "b", old: ["a"] }], head: ["b"] },
    ],
    [
      "a file that moves, even with edits",
      {
        blobs: { a: "K", b: "K" },
        steps: [{ commit: "1", blob: "b", path: "new/place", deleted: ["a"] }],
        head: ["b"],
      },
    ],
    [
      "a copy of what the base holds elsewhere",
      { blobs: { b: "K" }, steps: [{ commit: "1", blob: "b" }], head: ["b"], base: "K" },
    ],
    [
      "a merge that has it from one of its parents",
      { blobs: { a: "", b: "K", m: "K" }, steps: [{ commit: "1", blob: "m", old: ["a", "b"] }] },
    ],
  ])("%s", (_what, range) => {
    expect(decisionOn("K", range)).toMatchObject({ isIntroduced: false });
  });
});

it("stays introduced when a later commit of the range removes it, and is not in head", () => {
  const range: Range = {
    blobs: { a: "K", b: "" },
    steps: [
      { commit: "1", blob: "a" },
      { commit: "2", blob: "b", old: ["a"] },
    ],
    head: ["b"],
  };
  expect(decisionOn("K", range)).toMatchObject({ isIntroduced: true, isInHead: false });
});

it("is in head as soon as one of the blobs that hold it is", () => {
  const steps = [
    { commit: "1", blob: "a", path: "one" },
    { commit: "2", blob: "b", path: "two" },
  ];
  const blobs = { a: "K", b: "K" };
  expect(decisionOn("K", { blobs, steps, head: ["b"] })).toMatchObject({ isInHead: true });
  expect(decisionOn("K", { blobs, steps, head: [] })).toMatchObject({ isInHead: false });
});

it("names the places where it was added, not those where it merely stands", () => {
  const range: Range = {
    blobs: { a: "K", b: "K" },
    steps: [
      { commit: "1", blob: "a", path: "one" },
      { commit: "2", blob: "b", path: "one", old: ["a"] },
      { commit: "3", blob: "b", path: "two" },
    ],
  };
  expect(placesOf(decisionOn("K", range))).toEqual(["1:one", "3:two"]);
});

it("names the places where a key that was known stands", () => {
  const range: Range = {
    blobs: { a: "K", b: "K" },
    steps: [{ commit: "1", blob: "b", path: "one", old: ["a"] }],
  };
  expect(placesOf(decisionOn("K", range))).toEqual(["1:one"]);
});

it("lists at most 100 places", () => {
  const steps = Array.from({ length: 120 }, (_, index) => ({
    commit: "1",
    blob: "a",
    path: `copy-${index}`,
  }));
  expect(decisionOn("K", { blobs: { a: "K" }, steps })?.occurrences).toHaveLength(100);
});

it("decides once per key, in the order in which the range brings them", () => {
  const range: Range = {
    blobs: { a: "XK", b: "KZ" },
    steps: [
      { commit: "1", blob: "a" },
      { commit: "2", blob: "b", path: "other" },
    ],
  };
  expect(decideRange(range).map(({ masked }) => masked)).toEqual(["…X", "…K", "…Z"]);
});

it("leaves out a rule that does not count at a path, and one that is gone", () => {
  const facts: RuleFacts = { ...provider, countsAt: (path) => path !== "test/a.ts" };
  const steps = [{ commit: "1", blob: "a", path: "test/a.ts" }];
  const blobs = { a: "K" };
  expect(decideRange({ blobs, steps }, { "toy-key": facts })).toEqual([]);
  expect(decideRange({ blobs, steps }, {})).toEqual([]);
});

it("takes the stronger of two rules that know the same key, in whichever order they come", () => {
  const weak: RuleFacts = { lane: "generic", severity: "critical", countsAt: () => true };
  const rules = { "toy-key": weak, "toy-pair": provider };
  const blobs = { a: "K", b: "k" };
  const steps = [
    { commit: "1", blob: "a", path: "alone" },
    { commit: "2", blob: "b", path: "pair" },
  ];
  for (const order of [steps, steps.toReversed()]) {
    const [decision, ...others] = decideRange({ blobs, steps: order }, rules);
    expect(others).toEqual([]);
    expect(decision).toMatchObject({ rule: "toy-pair", lane: "provider", severity: "high" });
    expect(decision?.occurrences).toHaveLength(2);
  }
});

it("keeps the name that the program has for a key, whatever an own rule calls it", () => {
  const evidence = evidenceOf({
    blobs: { a: "K", b: "k" },
    steps: [
      { commit: "1", blob: "a" },
      { commit: "2", blob: "b", path: "other" },
    ],
  });
  const own = asRuleId("own-key");
  const rules = new Map([
    [asRuleId("toy-key"), provider],
    [own, { ...provider, severity: "critical" } as const],
  ]);
  const hitsOf: RangeEvidence["hitsOf"] = (blob) =>
    evidence
      .hitsOf(blob)
      .map((finding) => (finding.rule === "toy-pair" ? { ...finding, rule: own } : finding));
  for (const changes of [evidence.changes, evidence.changes.toReversed()]) {
    const [decision] = decide({ ...evidence, changes, rules, hitsOf });
    expect(decision).toMatchObject({ rule: "toy-key", severity: "high" });
    expect(decision?.occurrences).toHaveLength(2);
  }
});

describe("messages and file names", () => {
  const commit = asObjectId("9".repeat(40));
  const occurrence = {
    kind: "commit-message",
    commit,
    place: placeAt(1),
    authorName: "Ada",
    writtenAt: new Date(0),
  } as const;
  const textHits: readonly TextHit[] = [{ finding: findingOf("K", 0), occurrence }];

  it("introduce a key, which then stays in the history of the head", () => {
    const [decision] = decide({ ...evidenceOf({ blobs: {}, steps: [] }), textHits });
    expect(decision).toMatchObject({
      isIntroduced: true,
      isInHead: true,
      occurrences: [occurrence],
    });
  });

  it("introduce none that the base's files hold", () => {
    const [decision] = decide({ ...evidenceOf({ blobs: {}, steps: [], base: "K" }), textHits });
    expect(decision).toMatchObject({ isIntroduced: false });
  });
});

const provider: RuleFacts = { lane: "provider", severity: "high", countsAt: () => true };

function decisionOn(key: string, range: Range): Decision | undefined {
  return decideRange(range).find(({ masked }) => masked === `…${key}`);
}

function decideRange(
  range: Range,
  rules: Readonly<Record<string, RuleFacts>> = { "toy-key": provider },
): readonly Decision[] {
  const byId = new Map(Object.entries(rules).map(([id, facts]) => [asRuleId(id), facts]));
  return decide({ ...evidenceOf(range), rules: byId });
}

function evidenceOf({ blobs, steps, head = [], base = "" }: Range): RangeEvidence {
  const hits = new Map(
    Object.entries(blobs).map(([blob, keys]) => [idOf(blob), [...keys].map(findingOf)]),
  );
  return {
    changes: steps.map(changeOf),
    hitsOf: (blob) => hits.get(blob) ?? [],
    textHits: [],
    headBlobs: new Set(head.map(idOf)),
    baseKeys: new Set([...base].map((key) => findingOf(key, 0).fingerprint)),
    rules: new Map([[asRuleId("toy-key"), provider]]),
  };
}

function changeOf({ commit, path = "file", blob, old = [], deleted = [] }: Step): Change {
  return {
    commit: idOf(commit),
    author: { name: "Ada", email: "ada@example.org" },
    committedAt: new Date(0),
    path,
    blob: idOf(blob),
    oldBlobs: old.map(idOf),
    deletedBlobs: deleted.map(idOf),
  };
}

/** A small letter is the same key as its capital, found by another rule. */
function findingOf(key: string, index: number): Finding {
  const upper = key.toUpperCase();
  return {
    rule: asRuleId(key === upper ? "toy-key" : "toy-pair"),
    fingerprint: asFingerprint(hexOf(upper, 64)),
    masked: `…${upper}`,
    place: placeAt(index + 1),
  };
}

function placeAt(line: number): Finding["place"] {
  return { line, column: 1, lineEnd: line, columnEnd: 9 };
}

function placesOf(decision: Decision | undefined): string[] {
  return (decision?.occurrences ?? []).map(
    ({ commit, path }) => `${String.fromCharCode(Number.parseInt(commit.slice(0, 2), 16))}:${path}`,
  );
}

function idOf(name: string): ObjectId {
  return asObjectId(hexOf(name, 40));
}

function hexOf(name: string, length: number): string {
  return Buffer.from(name).toString("hex").padEnd(length, "0");
}
