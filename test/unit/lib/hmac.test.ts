import { expect, it } from "vitest";
import { deriveKey, hmacHex } from "../../../src/lib/hmac.ts";

it("hashes as RFC 4231 says (test case 2)", () => {
  const key = new TextEncoder().encode("Jefe");
  expect(hmacHex(key, "what do ya want for nothing?")).toBe(
    ["5bdcc146bf60754e6a042426089575c7", "5a003f089d2739839dec58b964ec3843"].join(""),
  );
});

it("hashes text as UTF-8", () => {
  const key = new Uint8Array(32);
  expect(hmacHex(key, "ä")).toBe(hmacHex(key, Buffer.from([0xc3, 0xa4]).toString("utf8")));
  expect(hmacHex(key, "ä")).not.toBe(hmacHex(key, "a"));
});

it("derives 256 bits that the secret and the purpose decide", () => {
  const key = deriveKey("pepper", "fingerprint 1");
  expect(key).toHaveLength(32);
  expect(deriveKey("pepper", "fingerprint 1")).toEqual(key);
  expect(deriveKey("pepper", "fingerprint 2")).not.toEqual(key);
  expect(deriveKey("salt", "fingerprint 1")).not.toEqual(key);
});
