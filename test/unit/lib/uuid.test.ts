import { expect, it } from "vitest";
import { uuidOf } from "../../../src/lib/uuid.ts";

it("makes the same version 8 UUID of the same text", () => {
  const uuid = uuidOf("scan-range 42");
  expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(uuidOf("scan-range 42")).toBe(uuid);
  expect(uuidOf("scan-range 43")).not.toBe(uuid);
});

it("keeps the form whatever the text is", () => {
  for (let count = 0; count < 200; count += 1) {
    expect(uuidOf(String(count))[14]).toBe("8");
    expect(uuidOf(String(count))[19]).toMatch(/[89ab]/);
  }
});
