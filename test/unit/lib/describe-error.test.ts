import { expect, test } from "vitest";
import { describeError } from "../../../src/lib/describe-error.ts";

test("an error without a code is told by name and message", () => {
  expect(describeError(new TypeError("not a valid id"))).toBe("TypeError: not a valid id");
});

test("of an error with a code the message stays away: a database quotes values in it", () => {
  const error = Object.assign(new Error('invalid input syntax: "a value"'), { code: "22P02" });
  expect(describeError(error)).toBe("Error 22P02");
});

test("what the queue emits, a plain object with a message, is told as well", () => {
  expect(describeError({ message: "connection lost", queue: "scan-range" })).toBe(
    "Error: connection lost",
  );
});

test("whatever else was thrown is an unknown failure", () => {
  for (const cause of [undefined, null, 7, {}]) {
    expect(describeError(cause)).toBe("an unknown failure");
  }
});
