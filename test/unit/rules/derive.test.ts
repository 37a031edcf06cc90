import { describe, expect, it } from "vitest";
import { byteSetFromHex } from "../../../src/lib/byte-set.ts";
import { derivePattern } from "../../../src/rules/derive.ts";

function derive(pattern: string, flags = "m", spanCap = 2_048) {
  return derivePattern(pattern, flags, spanCap);
}

/** For example `ghp_@0-0+36`: literal, offsets, bytes of the run. */
function describePrefilters(pattern: string, flags?: string): string[] {
  return derive(pattern, flags).prefilters.map(
    ({ literal, ignoreCase, offsetMin, offsetMax, run }) =>
      `${literal}${ignoreCase ? "/i" : ""}@${offsetMin}-${offsetMax}+${run?.countMin ?? 0}`,
  );
}

describe("prefilters", () => {
  it.each([
    { what: "the literal at the start", pattern: "\\bghx_[A-Za-z0-9]{36}\\b", is: ["ghx_@0-0+36"] },
    { what: "a literal inside", pattern: "[a-z]{2,5}-qqq-\\d{4}", is: ["-qqq-@2-5+4"] },
    { what: "the rarest of two", pattern: "test[0-9]{3}zqxj", is: ["zqxj@7-7+0"] },
    {
      what: "one for each alternative",
      pattern: "(?:aaq|bbq)\\d{4}",
      is: ["aaq@0-0+4", "bbq@0-0+4"],
    },
    {
      what: "one for alternatives that share it",
      pattern: "(?:[a-c]|[de]{2})zqx\\d{4}",
      is: ["zqx@1-2+4"],
    },
    { what: "a small set written out", pattern: "h[vw]s[0-9]{9}", is: ["hvs@0-0+9", "hws@0-0+9"] },
    { what: "a repeated character", pattern: "-{5}\\d{4}", is: ["-----@0-0+4"] },
    { what: "the first of a repeated group", pattern: "(?:abq){2,3}", is: ["abq@0-0+3"] },
    { what: "a literal across an optional group", pattern: "abq(?:x|y)?\\d{4}", is: ["abq@0-0+4"] },
    { what: "a literal across an assertion", pattern: "ab(?=q)q\\d{4}", is: ["abq@0-0+4"] },
    { what: "a set of both cases", pattern: "[Aa][Bb]q\\d{4}", is: ["abq/i@0-0+4"] },
    { what: "digits without case", pattern: "123\\d{4}", flags: "im", is: ["123@0-0+4"] },
    { what: "no case", pattern: "ZqX[a-f]{4}", flags: "im", is: ["zqx/i@0-0+4"] },
    {
      what: "the rarest eight bytes of a long literal",
      pattern: "aaaaaazqzqzqzqaaaaaa",
      is: ["zqzqzqzq@6-6+6"],
    },
  ])("$what", ({ pattern, flags, is }) => {
    expect(describePrefilters(pattern, flags)).toEqual(is);
  });

  it("promise a run of all bytes that may stand behind the literal", () => {
    const [prefilter] = derive("zqx-?[a-f]{3}[0-9]{4}").prefilters;
    const set = byteSetFromHex(prefilter?.run?.bytes ?? "");
    const members = String.fromCharCode(...[...set.keys()].filter((byte) => set[byte] === 1));
    expect(members).toBe("-0123456789abcdef");
    expect(prefilter?.run?.countMin).toBe(7);
  });

  it("promise no run behind which anything may stand", () => {
    expect(derive("zqx[^]{3}").prefilters[0]?.run).toBeUndefined();
  });
});

describe("the span", () => {
  it.each([
    { pattern: "zqx\\d{4,9}", span: 12 },
    { pattern: "zqx\\d{4}\\b", span: 8 },
    { pattern: "zqx(?=.{20}y)", span: 24 },
    { pattern: "zqx(?:a{2}|b{5})?$", span: 9 },
    { pattern: "(?:zqx\\d){1,4}", span: 16 },
    { pattern: "(?<=x{9})zqx\\d", span: 4 },
    { pattern: "zqx(?:a(?!b{9})){3}", span: 15 },
  ])("of $pattern is at most $span bytes", ({ pattern, span }) => {
    expect(derive(pattern).spanMax).toBe(span);
  });
});

describe("the fixed prefixes", () => {
  it.each([
    { pattern: "\\bghx_[a-z]{9}", prefixes: ["ghx_"] },
    { pattern: "key=(zq_[a-z]{9})", prefixes: ["zq_"] },
    { pattern: "x=(?:a)(?<key>zq-[a-z]{9})(y)", prefixes: ["zq-"] },
    { pattern: "zq_(?:live|lab)_\\d{4}", prefixes: ["zq_live_", "zq_lab_"] },
    { pattern: "(?<key>zqa\\d{3})|x=(?<key>zqb\\d{3})", prefixes: ["zqa", "zqb"] },
    { pattern: "[ab]zqx\\d{3}", prefixes: [] },
  ])("of $pattern are $prefixes", ({ pattern, prefixes }) => {
    expect(derive(pattern).fixedPrefixes).toEqual(prefixes);
  });
});

describe("what can't be promised fails:", () => {
  it.each([
    { pattern: "ab[0-9]{8}", error: /no literal of at least 3 bytes/ },
    { pattern: "zqx\\d{4}|[0-9]{8}", error: /alternative 2 of 2 holds no literal/ },
    { pattern: "[a-z]*zqx\\d{4}", error: /no bound/ },
    { pattern: ".{0,200}zqx\\d{4}", error: /no literal/ },
    { pattern: "zqx\\d+", error: /no bound on the length/ },
    { pattern: "zqx(?!.*y)", error: /no bound/ },
    { pattern: "zqx\\d{3000}", error: /over 2048: tighten it or state span/ },
    { pattern: "(?<=a{70})zqx", error: /look-behind of more than 64 bytes/ },
    { pattern: "(?<=a*)zqx", error: /look-behind/ },
    { pattern: "zqx(['\"])\\d{4}\\1", error: /back reference/ },
    { pattern: "zqx(?i:abc)", error: /inline flags/ },
    { pattern: "zqx(\\d{4}", error: /Unterminated group/ },
    { pattern: "zqx\u00e4", error: /keep to ASCII/ },
    { pattern: "zqx\\xe4", error: /keep to ASCII/ },
  ])("$pattern", ({ pattern, error }) => {
    expect(() => derive(pattern)).toThrow(error);
  });

  it("but a longer span may be stated", () => {
    expect(derive("zqx\\d{3000}", "m", 4_096).spanMax).toBe(3_003);
  });
});
