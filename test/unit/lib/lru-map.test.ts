import { expect, it } from "vitest";
import { createLruMap } from "../../../src/lib/lru-map.ts";

it("forgets what was used longest ago", () => {
  const map = createLruMap<string, number>(2);
  map.set("a", 1);
  map.set("b", 2);
  expect(map.find("a")).toBe(1);
  map.set("c", 3);
  expect([map.find("a"), map.find("b"), map.find("c")]).toEqual([1, undefined, 3]);
  map.set("a", 4);
  map.set("d", 5);
  expect([map.find("a"), map.find("c"), map.find("d")]).toEqual([4, undefined, 5]);
  map.delete("a");
  expect(map.find("a")).toBeUndefined();
});
