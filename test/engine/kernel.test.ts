/** Holds the kernel's search to the reference's, start by start, where their ways of working differ. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compileKernel, KERNEL_MODULE } from "../../scripts/compile-kernel.ts";
import { createKernelProposer } from "../../src/detect/kernel/kernel-proposer.ts";
import {
  CHUNK_BYTES_MAX,
  HASH_BITS,
  HITS_MAX,
  LITERAL_SIZE,
  WATCH_SIZE,
} from "../../src/detect/kernel/memory-layout.ts";
import { createReferenceProposer } from "../../src/detect/propose.ts";
import { STARTS_MAX } from "../../src/detect/starts.ts";
import { seededRandom } from "../../src/lib/seeded-random.ts";
import type { CompiledRules } from "../../src/model/rule.ts";
import { compileAll, listRuleFiles } from "../support/rule-files.ts";
import { listSourceTree } from "../support/source-tree.ts";
import { compileToyRules } from "../support/toy-rules.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const TREE_BYTES_MAX = 24_000_000;
const ENCODER = new TextEncoder();

const TOYS = compileToyRules([
  { id: "toy-run", pattern: "zed_[a-z0-9]{200}" },
  { id: "toy-case", pattern: "ZeDx[0-9]{3}" },
  { id: "toy-fold", pattern: "zed[^a-z]{2}", ignore_case: true },
  { id: "toy-late", pattern: ".{0,90}late=[0-9]" },
]);

it("is built from its source", async () => {
  const built = await compileKernel();
  expect(readFileSync(join(ROOT, KERNEL_MODULE), "utf8"), "run `npm run build:kernel`").toBe(built);
});

it("lays its memory out as its source says", () => {
  const source = readFileSync(join(ROOT, "src/detect/kernel/kernel.as.ts"), "utf8");
  for (const [name, value] of Object.entries({ HASH_BITS, LITERAL_SIZE, WATCH_SIZE })) {
    expect(source).toMatch(new RegExp(`const ${name}: u(?:size|32) = ${value};`));
  }
});

describe("proposes what the reference proposes", () => {
  it("where a literal or its run crosses the end of a chunk", () => {
    const text = ` zed_${"a1".repeat(100)} ZeDx123 late=5`;
    const edge = CHUNK_BYTES_MAX;
    const problems = Array.from({ length: text.length + 2 }, (_, shift) => {
      const bytes = new Uint8Array(2 * edge + 999).fill(0x20);
      bytes.set(ENCODER.encode(text), edge - shift);
      bytes.set(ENCODER.encode(text), 2 * edge - shift);
      return findDifference(TOYS, bytes);
    }).filter((problem) => problem !== undefined);
    expect(problems).toEqual([]);
  });

  it("where a literal or its run ends with the fragment, whatever was searched before", () => {
    const text = `zed_${"a1".repeat(100)}ZeDx123`;
    const propose = createKernelProposer(TOYS);
    const reference = createReferenceProposer(TOYS);
    propose(ENCODER.encode(text.repeat(3)));
    for (let length = 0; length <= text.length; length++) {
      const bytes = ENCODER.encode(text.slice(0, length));
      expect(propose(bytes)).toEqual(reference(bytes));
    }
  });

  it("where there are more hits than the kernel hands out at a time", () => {
    const bytes = ENCODER.encode("zed__ZeDx123,".repeat(3 * HITS_MAX));
    expect(findDifference(TOYS, bytes)).toBeUndefined();
  });

  it("where there are more starts than are tried", () => {
    const bytes = ENCODER.encode(`late=1 zed-- ${"x".repeat(70)}`.repeat(STARTS_MAX / 50));
    expect(createReferenceProposer(TOYS)(bytes).byRule.map(({ isCut }) => isCut)).toContain(true);
    expect(findDifference(TOYS, bytes)).toBeUndefined();
  });

  it("in digits of base64 and hex that begin anywhere", () => {
    const random = seededRandom("digits");
    const alphabets = ["ABCDEFabcdefgxyz0123456789+/-_", "0123456789abcdef", "234567", "Ab,. "];
    const pieces = Array.from({ length: 20_000 }, () => {
      const alphabet = alphabets[Math.floor(random() * alphabets.length)] ?? "";
      const length = Math.floor(random() * 50);
      return Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join(
        "",
      );
    });
    expect(findDifference(TOYS, ENCODER.encode(pieces.join(" ")))).toBeUndefined();
  });

  it("in bytes of every value", () => {
    const random = seededRandom("bytes");
    const rules = compileAll(listRuleFiles());
    const bytes = Uint8Array.from({ length: 300_000 }, () => Math.floor(random() * 256));
    expect(findDifference(rules, bytes)).toBeUndefined();
  });

  it(`in up to ${TREE_BYTES_MAX / 1e6} MB of installed packages`, () => {
    const rules = compileAll(listRuleFiles());
    const propose = createKernelProposer(rules);
    const reference = createReferenceProposer(rules);
    const different = listSourceTree(join(ROOT, "node_modules"), TREE_BYTES_MAX).filter(
      ({ bytes }) => JSON.stringify(propose(bytes)) !== JSON.stringify(reference(bytes)),
    );
    expect(different.map(({ path }) => path)).toEqual([]);
  });
});

function findDifference(rules: CompiledRules, bytes: Uint8Array): object | undefined {
  const kernel = createKernelProposer(rules)(bytes);
  const reference = createReferenceProposer(rules)(bytes);
  return JSON.stringify(kernel) === JSON.stringify(reference) ? undefined : { kernel, reference };
}
