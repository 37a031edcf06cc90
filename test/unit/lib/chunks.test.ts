import { expect, it } from "vitest";
import { inChunks } from "../../../src/lib/chunks.ts";

it.each([
  [[], 2, []],
  [[1], 2, [[1]]],
  [[1, 2], 2, [[1, 2]]],
  [[1, 2, 3], 2, [[1, 2], [3]]],
  [[1, 2, 3], 10, [[1, 2, 3]]],
])("cuts %j by %i", (items, sizeMax, chunks) => {
  expect([...inChunks(items, sizeMax)]).toEqual(chunks);
});
