/** Inputs for the whole engine: examples, encodings and archives, damaged at random. */
import { deflateRawSync, gzipSync } from "node:zlib";
import { seededRandom } from "../../src/lib/seeded-random.ts";
import { expand } from "../../src/rules/expand.ts";
import { parseProviderFile } from "../../src/rules/schema.ts";
import { listRuleFiles } from "./rule-files.ts";
import { tarOf } from "./tar-of.ts";
import { zipOf } from "./zip-of.ts";

/** A number from 0 up to `below`. */
type Draw = (below: number) => number;

const BASES = 400;
const INPUT_BYTES_MAX = 100_000;
/** One input of so many lies in a text that is longer than the kernel takes at once. */
const LONG_EVERY = 2_000;
const LONG_BYTES_MIN = 250_000;
const LONG_BYTES_MAX = 1_000_000;

/** Returns a source of inputs: the same seed gives the same inputs in the same order. */
export function createHostileInputs(seed: string): () => Uint8Array {
  const random = seededRandom(seed);
  const draw: Draw = (below) => Math.floor(random() * below);
  const bases = listBases(draw, random);
  return () => {
    const base = bases[draw(bases.length)] ?? new Uint8Array();
    const other = bases[draw(bases.length)] ?? base;
    const input = mutate(base, other, draw);
    return draw(LONG_EVERY) === 0 ? bury(input, other, draw) : input;
  };
}

function listBases(draw: Draw, random: () => number): Uint8Array[] {
  const examples = listRuleFiles().flatMap((file) =>
    (parseProviderFile(file).provider?.rules ?? []).flatMap((rule) => [
      ...rule.examples,
      ...rule.non_examples,
    ]),
  );
  const drawText = () => {
    const lines = Array.from({ length: 1 + draw(4) }, () => examples[draw(examples.length)] ?? "");
    return Buffer.from(expand(lines.join("\n"), random));
  };
  return Array.from({ length: BASES }, () => {
    let bytes: Uint8Array = drawText();
    for (let layers = draw(3); layers > 0; layers--) {
      bytes = (WRAPPINGS[draw(WRAPPINGS.length)] ?? Buffer.from)(bytes);
    }
    return bytes;
  });
}

const WRAPPINGS: readonly ((bytes: Uint8Array) => Uint8Array)[] = [
  (bytes) => Buffer.from(`data: ${Buffer.from(bytes).toString("base64")}`),
  (bytes) => Buffer.from(Buffer.from(bytes).toString("base64url")),
  (bytes) => Buffer.from(Buffer.from(bytes).toString("hex")),
  (bytes) => Buffer.from(Buffer.from(bytes).toString("latin1"), "utf16le"),
  (bytes) => Buffer.from(encodeURIComponent(Buffer.from(bytes).toString("latin1"))),
  (bytes) => Buffer.from(JSON.stringify(Buffer.from(bytes).toString("latin1"))),
  (bytes) => Buffer.from(`{"nbformat": 4, "source": [${JSON.stringify(String(bytes))}]}`),
  (bytes) => Buffer.from(Array.from(bytes, (byte) => `\\x${byte.toString(16)}`).join("")),
  (bytes) => gzipSync(bytes),
  (bytes) => deflateRawSync(bytes),
  (bytes) => zipOf({ "a.txt": bytes, "b/c.bin": bytes.subarray(0, 99) }),
  (bytes) => zipOf({ a: bytes }, "stored"),
  (bytes) => tarOf({ "a.txt": bytes, b: bytes }),
];

/** Somewhere amid as much of another input as it takes. */
function bury(input: Uint8Array, other: Uint8Array, draw: Draw): Uint8Array {
  const length = LONG_BYTES_MIN + draw(LONG_BYTES_MAX - LONG_BYTES_MIN);
  const bytes = new Uint8Array(length);
  const filling = other.length === 0 ? new Uint8Array(1) : other;
  for (let at = 0; at < length; at += filling.length) {
    bytes.set(filling.subarray(0, length - at), at);
  }
  bytes.set(input, draw(length - input.length));
  return bytes;
}

/** Some changes to the bytes, then at times another input behind or within them. */
function mutate(base: Uint8Array, other: Uint8Array, draw: Draw): Uint8Array {
  let bytes = Uint8Array.from(base);
  for (let changes = draw(6); changes > 0; changes--) {
    const at = draw(bytes.length);
    const kind = draw(6);
    if (kind <= 1) bytes[at] = draw(256);
    else if (kind === 2) bytes[at] = (bytes[at] ?? 0) ^ (1 << draw(8));
    else if (kind === 3) bytes = bytes.slice(0, at);
    else if (kind === 4) bytes = concat(bytes.subarray(0, at), other, bytes.subarray(at));
    else bytes = concat(bytes, bytes.subarray(at, at + draw(4_000)));
    if (bytes.length > INPUT_BYTES_MAX) bytes = bytes.slice(0, INPUT_BYTES_MAX);
  }
  return bytes;
}

function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.concat(parts));
}
