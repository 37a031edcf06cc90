/** Chooses the text whose presence says that a sequence may match, with what stands around it. */
import { byteSetToHex } from "../lib/byte-set.ts";
import type { Prefilter } from "../model/rule.ts";
import { logFrequency } from "./rarity.ts";
import type { Item, Sequence } from "./sequence.ts";

/** Shorter literals stand everywhere: seven of two bytes cost a fifth of the whole scan. */
export const LITERAL_BYTES_MIN = 3;
/** Longer literals reject hardly more and make the automaton larger. */
const LITERAL_BYTES_MAX = 8;
/** Starts that are tried for one literal at most: more would be a search, not a check. */
export const OFFSET_SPREAD_MAX = 128;

/** Returns undefined when the sequence requires no literal that is long enough and near its start. */
export function findPrefilter(sequence: Sequence): Prefilter | undefined {
  const atoms = sequence.items.flatMap(splitItem);
  let best: Prefilter | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  let offsetMin = 0;
  let offsetMax = 0;
  for (const [index, atom] of atoms.entries()) {
    const spread = offsetMax - offsetMin;
    const candidate = spread <= OFFSET_SPREAD_MAX ? literalAt(atoms, index) : "";
    const cost = logFrequency(candidate) + Math.log2(spread + 1);
    if (candidate.length >= LITERAL_BYTES_MIN && cost < bestCost) {
      best = describe(atoms, index, candidate.length, { offsetMin, offsetMax });
      bestCost = cost;
    }
    offsetMin += atom.min;
    offsetMax += atom.max;
  }
  return best;
}

/** `-{5}` becomes five items of one dash, and `=+` one `=` and as many as there may follow. */
function splitItem(item: Item): Item[] {
  const splitCount = letterOf(item) === undefined ? 0 : Math.min(item.min, LITERAL_BYTES_MAX);
  const single: Item = { bytes: item.bytes, min: 1, max: 1 };
  const rest: Item = { ...item, min: item.min - splitCount, max: item.max - splitCount };
  return [...Array<Item>(splitCount).fill(single), ...(rest.max > 0 ? [rest] : [])];
}

function literalAt(atoms: readonly Item[], from: number): string {
  let literal = "";
  for (const atom of atoms.slice(from, from + LITERAL_BYTES_MAX)) {
    const letter = letterOf(atom);
    if (letter === undefined || atom.min !== 1 || atom.max !== 1) break;
    literal += letter;
  }
  return literal;
}

/** The only character that an item stands for, as it is or in both cases; else undefined. */
export function letterOf(item: Pick<Item, "bytes">): string | undefined {
  const members: string[] = [];
  for (let byte = 0; byte < 256 && members.length <= 2; byte++) {
    if (item.bytes[byte] === 1) members.push(String.fromCharCode(byte));
  }
  const [first, second] = members;
  if (members.length === 1) return first;
  const isCasePair = members.length === 2 && /[A-Z]/.test(first ?? "");
  return isCasePair && first?.toLowerCase() === second ? second : undefined;
}

function describe(
  atoms: readonly Item[],
  index: number,
  length: number,
  offsets: { offsetMin: number; offsetMax: number },
): Prefilter {
  const letters = atoms.slice(index, index + length);
  const literal = letters.map((atom) => letterOf(atom) ?? "").join("");
  const ignoreCase = letters.some((atom) => countBytes(atom.bytes) === 2);
  const run = findRun(atoms.slice(index + length));
  return {
    literal: ignoreCase ? literal.toLowerCase() : literal,
    ignoreCase,
    ...offsets,
    ...(run === undefined ? {} : { run }),
  };
}

/**
 * The most telling promise about the bytes behind the literal. The first n bytes of some items are
 * in the union of their sets, where n is the sum of their least lengths: so each further item makes
 * the run longer and the set wider, and the best trade is kept.
 */
function findRun(atoms: readonly Item[]): Prefilter["run"] {
  const union = new Uint8Array(256);
  let countMin = 0;
  let best: Prefilter["run"];
  let bestBits = RUN_BITS_MIN;
  for (const atom of atoms) {
    for (let byte = 0; byte < 256; byte++) if (atom.bytes[byte] === 1) union[byte] = 1;
    countMin = Math.min(RUN_BYTES_MAX, countMin + atom.min);
    const bits = countMin * (8 - Math.log2(countBytes(union)));
    if (bits > bestBits) {
      best = { bytes: byteSetToHex(union), countMin };
      bestBits = bits;
    }
  }
  return best;
}

/** A run that tells less than this lets nearly every place through. */
const RUN_BITS_MIN = 4;
const RUN_BYTES_MAX = 255;

function countBytes(set: Uint8Array): number {
  return set.reduce((sum, member) => sum + member, 0);
}
