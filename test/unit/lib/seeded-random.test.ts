import { expect, it } from "vitest";
import { seededRandom } from "../../../src/lib/seeded-random.ts";

function draw(seed: string, count: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => random());
}

it("repeats its numbers for the same seed and no other", () => {
  expect(draw("a", 5)).toEqual(draw("a", 5));
  expect(draw("a", 5)).not.toEqual(draw("b", 5));
});

it("spreads over [0, 1) evenly enough to draw characters from", () => {
  const numbers = draw("spread", 10_000);
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBeLessThan(1);
  const sum = numbers.reduce((total, number) => total + number, 0);
  expect(sum / numbers.length).toBeCloseTo(0.5, 1);
});
