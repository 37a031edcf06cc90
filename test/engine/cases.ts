/**
 * What every engine has to find: one table, run through all of them by engine.test.ts.
 *
 * Keys are of toy formats. A seed that the fuzz test finds becomes a case here.
 */
import type { ToyRule } from "../support/toy-rules.ts";

export interface Case {
  readonly name: string;
  readonly rules: readonly ToyRule[];
  readonly text: string | Uint8Array;
  /** As `summarize` writes them. */
  readonly findings: readonly string[];
}

const ZED: ToyRule = { id: "toy-zed", pattern: "\\bzed_[a-z0-9]{8}\\b" };
const PAIR: ToyRule = {
  id: "toy-pair",
  pattern: "\\bZID[A-Z0-9]{6}\\b",
  parts: [
    {
      name: "secret",
      pattern: "(?<![a-z0-9])[a-z0-9]{12}(?![a-z0-9])",
      within: 40,
      secret: true,
      required: false,
      entropy: 2.5,
      ignore_case: false,
    },
  ],
};

export const CASES: readonly Case[] = [
  {
    name: "a match that is the whole file",
    rules: [ZED],
    text: "zed_q1w2e3r4",
    findings: ["toy-zed zed_q1w2e3r4 @ 1:1-1:12"],
  },
  {
    name: "an empty file",
    rules: [ZED],
    text: "",
    findings: [],
  },
  {
    name: "a key at several places, one finding for each",
    rules: [ZED],
    text: "a=zed_q1w2e3r4\nb=zed_q1w2e3r4\n",
    findings: ["toy-zed zed_q1w2e3r4 @ 1:3-1:14", "toy-zed zed_q1w2e3r4 @ 2:3-2:14"],
  },
  {
    name: "a run that the end of the file cuts short",
    rules: [ZED],
    text: "a=zed_q1w2e3r",
    findings: [],
  },
  {
    name: "a border that is missing on either side",
    rules: [ZED],
    text: "xzed_q1w2e3r4 zed_q1w2e3r45",
    findings: [],
  },
  {
    name: "matches that touch each other",
    rules: [{ id: "toy-touch", pattern: "zed[a-z0-9]{5}" }],
    text: "zedq1w2ezedr4t5yzedu",
    findings: ["toy-touch zedq1w2e @ 1:1-1:8", "toy-touch zedr4t5y @ 1:9-1:16"],
  },
  {
    name: "a literal behind a prefix of varying length",
    rules: [{ id: "toy-late", pattern: "[a-z]{0,5}-mid-[0-9]{5}" }],
    text: "=abc-mid-48213 -mid-90817 abcdefg-mid-37465",
    findings: [
      "toy-late abc-mid-48213 @ 1:2-1:14",
      "toy-late -mid-90817 @ 1:16-1:25",
      "toy-late cdefg-mid-37465 @ 1:29-1:43",
    ],
  },
  {
    name: "two literals of one rule at different distances from its start",
    rules: [{ id: "toy-two", pattern: "(?:one=|.{1,8}two=)[0-9]{5}" }],
    text: "one=48213 xx two=90817 one=37465",
    findings: [
      "toy-two one=48213 @ 1:1-1:9",
      "toy-two  xx two=90817 @ 1:10-1:22",
      "toy-two one=37465 @ 1:24-1:32",
    ],
  },
  {
    name: "a later literal whose match starts sooner",
    rules: [{ id: "toy-order", pattern: "(?:one=|.{1,20}two=)[0-9]{5}" }],
    text: "abc one=48213 two=90817",
    findings: ["toy-order abc one=48213 two=90817 @ 1:1-1:23"],
  },
  {
    name: "letters of either case, in the literal and behind it",
    rules: [{ id: "toy-fold", pattern: "ZeD:[a-f0-9]{6}", ignore_case: true }],
    text: "zEd:A1b2C3 zed:q1w2e3",
    findings: ["toy-fold zEd:A1b2C3 @ 1:1-1:10"],
  },
  {
    name: "a literal in the wrong case",
    rules: [ZED],
    text: "ZED_q1w2e3r4",
    findings: [],
  },
  {
    name: "a small set inside the only literal",
    rules: [{ id: "toy-set", pattern: "z[ev]d[0-9]{5}" }],
    text: "zed48213 zvd90817 zod37465",
    findings: ["toy-set zed48213 @ 1:1-1:8", "toy-set zvd90817 @ 1:10-1:17"],
  },
  {
    name: "a key group in two alternatives, and an alternative that is all key",
    rules: [
      { id: "toy-group", pattern: "zed=(?<key>[0-9]{5})|zod=(?<key>[a-z0-9]{5})|zid=[0-9]{5}" },
    ],
    text: "zed=48213 zod=q1w2e zid=90817",
    findings: [
      "toy-group 48213 @ 1:5-1:9",
      "toy-group q1w2e @ 1:15-1:19",
      "toy-group zid=90817 @ 1:21-1:29",
    ],
  },
  {
    name: "group 1 where no group is named",
    rules: [{ id: "toy-first", pattern: "zed=(?:a|b)([0-9]{5})" }],
    text: "zed=b48213",
    findings: ["toy-first 48213 @ 1:6-1:10"],
  },
  {
    name: "a match of too little entropy does not hide a later start",
    rules: [{ id: "toy-dull", pattern: "zed[a-z0-9]{8}", entropy: 2.8 }],
    text: "zedzedq1w2e3r4t5",
    findings: ["toy-dull zedq1w2e3r4 @ 1:4-1:14"],
  },
  {
    name: "a rejected placeholder does not hide a key that overlaps it",
    rules: [{ id: "toy-mask", pattern: "zed[a-z0-9]{9}" }],
    text: "zedxxxxxxzedq1w2e3r4t",
    findings: ["toy-mask zedq1w2e3r4t @ 1:10-1:21"],
  },
  {
    name: "a value that an ellipsis cuts short",
    rules: [{ id: "toy-cut", pattern: "zed=(\\S{6,30})" }],
    text: "zed=q1w2e3\u2026t5y6 zed=q1w2e3t5y6",
    findings: ["toy-cut q1w2e3t5y6 @ 1:21-1:30"],
  },
  {
    name: "line borders stand for lines, not for the file",
    rules: [{ id: "toy-line", pattern: "^zed [0-9]{5}$" }],
    text: "x\nzed 48213\r\nzed 90817\nzed 37465 x\n",
    findings: ["toy-line zed 48213 @ 2:1-2:9", "toy-line zed 90817 @ 3:1-3:9"],
  },
  {
    name: "look-arounds see what stands outside of the match",
    rules: [{ id: "toy-look", pattern: "(?<=id: {1,40})zed[0-9]{5}(?! {0,20}none)" }],
    text: `id: ${" ".repeat(30)}zed48213 zed90817 id: zed37465${" ".repeat(18)}none`,
    findings: ["toy-look zed48213 @ 1:35-1:42"],
  },
  {
    name: "a pair in either order, the nearest companion first",
    rules: [PAIR],
    text: "ZIDA1B2C3: q1w2e3r4t5y6\n\n\nu7i8o9p0a1s2 ZIDD4E5F6\n",
    findings: [
      "toy-pair q1w2e3r4t5y6 + ZIDA1B2C3 @ 1:12-1:23",
      "toy-pair u7i8o9p0a1s2 + ZIDD4E5F6 @ 4:1-4:12",
    ],
  },
  {
    name: "two pairs in a row, none of them crossed",
    rules: [PAIR],
    text: "id=ZIDA1B2C3\nkey=q1w2e3r4t5y6\nid=ZIDD4E5F6\nkey=u7i8o9p0a1s2\n",
    findings: [
      "toy-pair q1w2e3r4t5y6 + ZIDA1B2C3 @ 2:5-2:16",
      "toy-pair u7i8o9p0a1s2 + ZIDD4E5F6 @ 4:5-4:16",
    ],
  },
  {
    name: "two pairs in a row with the secret first",
    rules: [PAIR],
    text: "key=q1w2e3r4t5y6\nid=ZIDA1B2C3\nkey=u7i8o9p0a1s2\nid=ZIDD4E5F6\n",
    findings: [
      "toy-pair q1w2e3r4t5y6 + ZIDA1B2C3 @ 1:5-1:16",
      "toy-pair u7i8o9p0a1s2 + ZIDD4E5F6 @ 3:5-3:16",
    ],
  },
  {
    name: "an id without its companion, and one that is too far away",
    rules: [PAIR],
    text: `ZIDA1B2C3${" ".repeat(41)}q1w2e3r4t5y6`,
    findings: ["toy-pair ZIDA1B2C3 @ 1:1-1:9"],
  },
  {
    name: "the id of a pair once more, which is no second finding",
    rules: [PAIR],
    text: `ZIDA1B2C3 q1w2e3r4t5y6${" ".repeat(60)}ZIDA1B2C3`,
    findings: ["toy-pair q1w2e3r4t5y6 + ZIDA1B2C3 @ 1:11-1:22"],
  },
  {
    name: "a required companion that is missing or dull",
    rules: [{ ...PAIR, parts: PAIR.parts?.map((part) => ({ ...part, required: true })) ?? [] }],
    text: "ZIDA1B2C3 abababababab",
    findings: [],
  },
  {
    name: "a companion that is not the secret",
    rules: [{ ...PAIR, parts: PAIR.parts?.map((part) => ({ ...part, secret: false })) ?? [] }],
    text: "ZIDA1B2C3 q1w2e3r4t5y6",
    findings: ["toy-pair ZIDA1B2C3 + q1w2e3r4t5y6 @ 1:1-1:9"],
  },
  {
    name: "a pair over a longer single key",
    rules: [PAIR, { id: "toy-single", pattern: "key=[a-z0-9]{12};" }],
    text: "ZIDA1B2C3 key=q1w2e3r4t5y6;",
    findings: ["toy-pair q1w2e3r4t5y6 + ZIDA1B2C3 @ 1:15-1:26"],
  },
  {
    name: "a provider's rule over a longer generic one",
    rules: [{ id: "toy-generic", pattern: "k=zed_[a-z0-9]{8}", lane: "generic" }, ZED],
    text: "k=zed_q1w2e3r4",
    findings: ["toy-zed zed_q1w2e3r4 @ 1:3-1:14"],
  },
  {
    name: "the longer of two keys",
    rules: [ZED, { id: "toy-long", pattern: "zed_[a-z0-9]{8}-[a-z0-9]{8}" }],
    text: "zed_q1w2e3r4-t5y6u7i8",
    findings: ["toy-long zed_q1w2e3r4-t5y6u7i8 @ 1:1-1:21"],
  },
  {
    name: "the first id among equals",
    rules: [ZED, { ...ZED, id: "toy-also" }],
    text: "zed_q1w2e3r4",
    findings: ["toy-also zed_q1w2e3r4 @ 1:1-1:12"],
  },
  {
    name: "a value that only refers to a key",
    rules: [{ id: "toy-name", pattern: "key = ([^\\s]{8,40})", skip_references: true }],
    text: "key = settings.zed2\nkey = getKey2(zed2)\nkey = q1W2e3R4t5Y6\n",
    findings: ["toy-name q1W2e3R4t5Y6 @ 3:7-3:18"],
  },
  {
    name: "columns in characters, after letters of several bytes and a byte order mark",
    rules: [ZED],
    text: "\ufeff\u00e4\u20ac\u{1f511}=zed_q1w2e3r4",
    findings: ["toy-zed zed_q1w2e3r4 @ 1:5-1:16"],
  },
  {
    name: "columns in a file that is Latin-1",
    rules: [ZED],
    text: Uint8Array.of(0xe9, 0xb0, 0xfc, ...new TextEncoder().encode("=zed_q1w2e3r4")),
    findings: ["toy-zed zed_q1w2e3r4 @ 1:5-1:16"],
  },
  {
    name: "all kinds of line ends",
    rules: [ZED],
    text: "a\nb\r\nc\rzed_q1w2e3r4",
    findings: ["toy-zed zed_q1w2e3r4 @ 4:1-4:12"],
  },
  {
    name: "a key over several lines",
    rules: [{ id: "toy-lines", pattern: "zed\\{\\s[a-z0-9]{6}\\s\\}" }],
    text: "x zed{\nq1w2e3\n}",
    findings: ["toy-lines zed{\nq1w2e3\n} @ 1:3-3:1"],
  },
  {
    name: "a key with letters of several bytes",
    rules: [{ id: "toy-umlaut", pattern: "zed=(\\S{4,30})" }],
    text: "zed=q\u00fc1w\u20ac2",
    findings: ["toy-umlaut q\u00fc1w\u20ac2 @ 1:5-1:10"],
  },
  {
    name: "little-endian UTF-16",
    rules: [ZED],
    text: utf16("\ufeffa\nk=zed_q1w2e3r4\n", false),
    findings: ["toy-zed zed_q1w2e3r4 @ 2:3-2:14"],
  },
  {
    name: "big-endian UTF-16",
    rules: [ZED],
    text: utf16("\ufeffa\nk=zed_q1w2e3r4\n", true),
    findings: ["toy-zed zed_q1w2e3r4 @ 2:3-2:14"],
  },
  {
    name: "UTF-16 without a byte order mark",
    rules: [ZED],
    text: utf16("k=zed_q1w2e3r4\n", false),
    findings: ["toy-zed zed_q1w2e3r4 @ 1:3-1:14"],
  },
  {
    name: "no piece of a longer word, where the text around an escape ends",
    rules: [{ id: "toy-word", pattern: "zed=([a-z]{8,40})(?![a-z])" }],
    text: `a%3db ${" ".repeat(490)}zed=${"qwmzxv".repeat(9)}`,
    findings: [],
  },
  {
    name: "no piece of a word that is longer than what is read around an escape",
    rules: [{ id: "toy-word", pattern: "zed=([a-z]{8,40})(?![a-z])" }],
    text: `a%3db${";".repeat(4_580)}zed=${"qwmzxv".repeat(9)}`,
    findings: [],
  },
  {
    name: "a key between the bytes of a binary file",
    rules: [ZED],
    text: Uint8Array.of(0, 0xff, 0x80, 0, ...new TextEncoder().encode("zed_q1w2e3r4"), 0, 0xfe),
    findings: ["toy-zed zed_q1w2e3r4 @ 1:5-1:16"],
  },
];

function utf16(text: string, bigEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let index = 0; index < text.length; index++) {
    view.setUint16(index * 2, text.charCodeAt(index), !bigEndian);
  }
  return new Uint8Array(view.buffer);
}
