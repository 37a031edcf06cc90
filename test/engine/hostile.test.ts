/** A short part of `npm run fuzz`. */
import { expect, it } from "vitest";
import { createFuzzer } from "../support/fuzz-engine.ts";

it("takes mutated inputs without a throw, a hang or a difference", async () => {
  const result = await createFuzzer()({ seed: "test", countMax: 20_000, durationMsMax: 2_000 });
  expect(result.problems).toEqual([]);
  expect(result.findings).toBeGreaterThan(0);
});
