/** Draws a run of characters that looks as random as a real key does. */

/** Returns numbers in [0, 1). */
export type RandomSource = () => number;

/**
 * Returns `length` characters of `alphabet`. An unlucky draw, such as twenty characters without a
 * digit or with half of them equal, is drawn again a few times: rules ask for variety.
 */
export function drawRun(alphabet: string, length: number, random: RandomSource): string {
  let best = "";
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const run = drawOnce(alphabet, length, random);
    if (variety(run) > variety(best)) best = run;
    if (variety(run) >= expectedVariety(alphabet, length)) return run;
  }
  return best;
}

const ATTEMPTS_MAX = 24;

function drawOnce(alphabet: string, length: number, random: RandomSource): string {
  let run = "";
  while (run.length < length) run += alphabet.charAt(Math.floor(random() * alphabet.length));
  return run;
}

/** Distinct characters, with a weight on the kinds of character (digit, upper, lower case). */
function variety(run: string): number {
  return new Set(run).size + KIND_WEIGHT * countKinds(run);
}

/**
 * What `variety` gives on average. Short runs are not asked for every kind of character: that
 * would make them less random than real ones.
 */
function expectedVariety(alphabet: string, length: number): number {
  const size = alphabet.length;
  const distinct = Math.floor(size * (1 - (1 - 1 / size) ** length));
  const kinds = length >= ALL_KINDS_FROM_LENGTH ? countKinds(alphabet) : 1;
  return distinct + KIND_WEIGHT * kinds;
}

const KIND_WEIGHT = 4;
const ALL_KINDS_FROM_LENGTH = 12;

function countKinds(text: string): number {
  return KINDS.filter((kind) => kind.test(text)).length;
}

const KINDS: readonly RegExp[] = [/[0-9]/, /[A-Z]/, /[a-z]/];
