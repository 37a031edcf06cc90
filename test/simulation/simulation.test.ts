/** A few seeds of the simulation, and the bugs that it has to catch. */
import { expect, test } from "vitest";
import { copySource, PLANTED_BUGS, type PlantedBug, QUICK_SOURCE } from "./planted-bugs.ts";
import { simulate } from "./simulate.ts";

/** On a machine that does other things as well; alone it takes a tenth of that. */
const TIMEOUT_MS = 300_000;

test(
  "two seeds with real git leave one check for each head, one issue for each key, no key's text",
  async () => {
    const said: string[] = [];
    const copy = copySource([]);
    const { broken, seedCount } = await simulate({
      firstSeed: 1,
      seedsMax: 2,
      durationMsMax: Number.POSITIVE_INFINITY,
      besideCount: 2,
      worldCount: 1,
      source: copy.source,
      tellsAll: false,
      again: " --git",
      say: (line) => said.push(line),
    });
    copy.remove();
    expect(broken, said.join("\n")).toEqual([]);
    expect(seedCount).toBe(2);
  },
  TIMEOUT_MS,
);

test.each(Object.keys(PLANTED_BUGS) as PlantedBug[])("the bug %s can be planted", (bug) => {
  const copy = copySource([...PLANTED_BUGS[bug], QUICK_SOURCE]);
  copy.remove();
});

test("a patch that does not apply any more is an error", () => {
  const patch = { file: "service.ts", find: "nothing of the kind", replace: "" };
  expect(() => copySource([patch])).toThrow("the patch of service.ts applies 0 times");
});
