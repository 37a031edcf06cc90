import { describe, expect, it } from "vitest";
import type { HeadReport, ReportedKey } from "../../../src/model/head-report.ts";
import {
  renderCheckRun,
  renderCheckRunForPublic,
  renderCheckRunInProgress,
} from "../../../src/report/check-run.ts";
import { headReport, reportedKey, reportedPlace } from "../../support/reports.ts";

const generic: Partial<ReportedKey> = { lane: "generic", severity: "medium" };
const settled: Partial<ReportedKey> = { isOpen: false, state: "false-positive" };
const failedGap = { kind: "failed", reason: "git-failed", objectCount: 1 } as const;
const naturalGap = { kind: "by-nature", reason: "blob-too-large", objectCount: 2 } as const;

describe("the title", () => {
  it.each<[string, Partial<HeadReport>]>([
    ["No leaked key in 2 commits", {}],
    ["No leaked key in 1 commit", { commitCount: 1 }],
    ["No leaked key in 1,000 commits", { commitCount: 1_000 }],
    ["1 key leaked: rotate it now", { conclusion: "failure", keys: [reportedKey()] }],
    [
      "2 keys leaked: rotate them now",
      { conclusion: "failure", keys: [reportedKey(), reportedKey(), reportedKey(generic)] },
    ],
    ["1 possible key to look at", { conclusion: "neutral", keys: [reportedKey(generic)] }],
    ["No new leaked key in 2 commits", { keys: [reportedKey({ isIntroduced: false })] }],
    ["No new leaked key in 2 commits", { keys: [reportedKey(settled)] }],
    [
      "The scan is incomplete and will be retried",
      { conclusion: "action_required", gaps: [failedGap], keys: [reportedKey(generic)] },
    ],
    [
      "1 key leaked: rotate it now",
      { conclusion: "failure", gaps: [failedGap], keys: [reportedKey()] },
    ],
    [
      "No key found, but not everything could be read",
      { conclusion: "neutral", gaps: [naturalGap] },
    ],
  ])("says %j", (title, changes) => {
    expect(renderCheckRun(headReport(changes)).title).toBe(title);
  });
});

describe("the summary", () => {
  it("of a clean head says what was scanned, and nothing else", () => {
    expect(renderCheckRun(headReport()).summary).toBe(
      "<sub>Scanned 2 commits, 1,234 new file versions, 5.6 MB in 1.3 s with 163 rules (`ffffffffffff`).</sub>",
    );
  });

  it("lists what is introduced, settled and known apart, with place, id and issue", () => {
    const { summary } = renderCheckRun(
      headReport({
        conclusion: "failure",
        keys: [
          reportedKey({ issue: "#7" }),
          reportedKey({ ...settled, keyId: "1111111111" }),
          reportedKey({ isIntroduced: false, isInHead: false, keyId: "2222222222" }),
        ],
      }),
    );
    const [before = "", introduced = "", done = "", known = ""] = summary.split("### ");
    expect(before).toContain("1. **Rotate it**");
    expect(introduced).toMatch(/^Introduced here\n/);
    expect(introduced).toContain(
      "| `toy_…x7Qa` | Toy token (high) | [`src/config.ts:3`](https://github.com/acme/shop/blob/cccccccccccccccccccccccccccccccccccccccc/src/config.ts?plain=1#L3) | yes | not checked | `0123456789` | #7 |",
    );
    expect(done).toMatch(/^Introduced here and settled/);
    expect(done).toContain("`1111111111`");
    expect(known).toMatch(/^Known before/);
    expect(known).toContain("| no, in history | not checked | `2222222222` |");
  });

  it.each([
    ["active", "| **yes** |"],
    ["inactive", "| no |"],
    ["unknown", "| not checked |"],
    ["uncheckable", "| cannot be checked |"],
  ] as const)("shows the verdict %s", (verdict, cell) => {
    const keys = [reportedKey({ verdict })];
    expect(renderCheckRun(headReport({ keys })).summary).toContain(cell);
  });

  it("names each gap, and which of them is tried again", () => {
    const { summary } = renderCheckRun(headReport({ gaps: [failedGap, naturalGap] }));
    expect(summary).toContain("- git could not read the repository: 1 object, will be retried");
    expect(summary).toContain("- file over the size limit: 2 objects\n");
  });

  it("says in a softer tone what to do about possible keys", () => {
    const { summary } = renderCheckRun(headReport({ keys: [reportedKey(generic)] }));
    expect(summary).toContain("They do not gate");
    expect(summary).not.toContain("**Rotate it**");
  });

  it("shows at most 100 rows of a table and counts the rest", () => {
    const keys = Array.from({ length: 103 }, () => reportedKey());
    const { summary } = renderCheckRun(headReport({ keys }));
    expect(summary.match(/^\| `toy/gm)).toHaveLength(100);
    expect(summary).toContain("…and 3 more.");
  });

  it("holds GitHub's limit of 65,535 for the longest names there can be", () => {
    const place = reportedPlace({ path: "\u{202e}é/".repeat(1_300) });
    const keys = Array.from({ length: 100 }, () => reportedKey({ places: [place] }));
    const { summary } = renderCheckRun(headReport({ keys }));
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(65_535);
    expect(summary).toMatch(/The rest is left out/);
  });
});

describe("the annotations", () => {
  it("stand at each place of what is introduced and open, worst first", () => {
    const keys = [
      reportedKey({ ...generic, keyId: "1111111111", places: [reportedPlace({ line: 9 })] }),
      reportedKey({
        severity: "critical",
        issue: "#7",
        places: [reportedPlace(), reportedPlace()],
      }),
      reportedKey({ isIntroduced: false }),
      reportedKey(settled),
    ];
    const { annotations } = renderCheckRun(headReport({ keys }));
    expect(annotations).toHaveLength(3);
    expect(annotations[0]).toEqual({
      path: "src/config.ts",
      start_line: 3,
      end_line: 3,
      annotation_level: "failure",
      title: "Toy token",
      message:
        "toy_…x7Qa was added here by commit cccccccccccc. Rotate it first (#7 has the steps), then remove it. Key id 0123456789.",
    });
    expect(annotations[2]).toMatchObject({ annotation_level: "notice", start_line: 9 });
  });

  it("leave out places that are no lines of a file", () => {
    const places = [
      reportedPlace({ kind: "commit-message" }),
      reportedPlace({ kind: "file-name" }),
      reportedPlace({ kind: "comment", subjectNumber: 3, subjectId: 4 }),
    ];
    expect(renderCheckRun(headReport({ keys: [reportedKey({ places })] })).annotations).toEqual([]);
  });

  it("end at 500", () => {
    const places = Array.from({ length: 60 }, () => reportedPlace());
    const keys = Array.from({ length: 10 }, () => reportedKey({ places }));
    expect(renderCheckRun(headReport({ keys })).annotations).toHaveLength(500);
  });
});

describe("in public", () => {
  it("nothing points at a key that may be alive", () => {
    const state = renderCheckRunForPublic(
      headReport({
        conclusion: "failure",
        gaps: [naturalGap],
        keys: [reportedKey({ issue: "acme/leaks#7" }), reportedKey({ isIntroduced: false })],
      }),
    );
    expect(state).toMatchObject({ conclusion: "failure", title: "Needs attention" });
    expect(state.annotations).toEqual([]);
    expect(JSON.stringify(state)).not.toMatch(/toy_|config\.ts|0123456789|acme\/leaks|Toy token/);
    expect(state.summary).toContain("file over the size limit");
  });

  it("keys that the base holds and that may be alive stay unnamed in a green check", () => {
    const keys = [reportedKey({ isIntroduced: false })];
    const state = renderCheckRunForPublic(headReport({ keys }));
    expect(state.title).toBe("No leaked key in 2 commits");
    expect(state.summary).not.toContain("toy_");
  });

  it("settled keys are shown, and nobody is told to rotate them", () => {
    const state = renderCheckRunForPublic(headReport({ keys: [reportedKey(settled)] }));
    expect(state.title).toBe("No new leaked key in 2 commits");
    expect(state.summary).toContain("settled");
  });
});

it("a scan that goes on is in progress, without a conclusion", () => {
  const state = renderCheckRunInProgress();
  expect(state.status).toBe("in_progress");
  expect(state).not.toHaveProperty("conclusion");
});
