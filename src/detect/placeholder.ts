/** Recognises the values that documentation and templates put where a key belongs. */

/** Returns true for a text in a key's form that nobody could use as one. */
export function isPlaceholder(text: string): boolean {
  return (
    isTemplate(text) ||
    isRepetitive(text) ||
    hasLongSequence(text) ||
    WORDS.test(text) ||
    DOCUMENTED.some((sample) => text.includes(sample))
  );
}

/**
 * `${NAME}`, `$(command)`, `{{ name }}`, `#{name}`, `<%= name %>`, `%NAME%`, `<name>`, `$NAME`, and
 * what is cut by dots or an ellipsis (as one character of windows-1252 or as three of UTF-8 read so).
 */
function isTemplate(text: string): boolean {
  return TEMPLATE.test(text);
}

const TEMPLATE =
  /\$\{|\$\(|\{\{|#\{|<%|^%\w+%$|^<[^<>]*>$|^\$[A-Z_][A-Z0-9_]*$|\.\.\.|\u2026|\u00e2\u20ac\u00a6/;

/**
 * Few characters in all, or one of them many times in a row. Runs of `A`, `=` and `-` are left
 * alone: zero bytes in base64, padding and PEM armour have them. So do runs of `/`, bytes that are 255.
 */
function isRepetitive(text: string): boolean {
  return MASKED.test(text) || (text.length >= 8 && hasFewCharacters(text));
}

function hasFewCharacters(text: string): boolean {
  let distinct = "";
  for (const character of text) {
    if (distinct.includes(character)) continue;
    if (distinct.length === DISTINCT_MAX) return false;
    distinct += character;
  }
  return true;
}

const MASKED = /[xX]{5}|\*{3}|([^A=/\-\s])\1{7}|^[xX]{4}/;
const DISTINCT_MAX = 3;

/** `abcdefg`, `1234567`, `7654321`: seven neighbours in a row do not happen by chance. */
function hasLongSequence(text: string): boolean {
  let steps = 0;
  let direction = 0;
  for (let index = 1; index < text.length; index++) {
    const step = stepBetween(text.charCodeAt(index - 1), text.charCodeAt(index));
    steps = step !== 0 && step === direction ? steps + 1 : Math.abs(step);
    direction = step;
    if (steps >= SEQUENCE_STEPS_MAX) return true;
  }
  return false;
}

const SEQUENCE_STEPS_MAX = 6;

/** 1 or -1 for neighbours in the alphabet or among the digits (0 follows 9), else 0. */
function stepBetween(from: number, to: number): number {
  if (from === NINE && to === ZERO) return 1;
  const step = (to | 0x20) - (from | 0x20);
  return step === 1 || step === -1 ? step : 0;
}

const ZERO = 0x30;
const NINE = 0x39;

/**
 * Words of five letters or more may stand anywhere: by chance a random key of 40 characters holds
 * one in less than one of a million cases. Shorter ones must stand alone.
 */
const WORDS = new RegExp(
  [
    "example|placeholder|replace|change[_-]?me|redacted|dummy|sample|your[_-]|foobar|qwerty|asdfgh",
    "insert[_-]|[_-]here\\b|notreal|not[_-]a[_-]real|deadbeef|\\bp@ssw0rd\\b",
    "(?:^|[^a-z0-9])(?:fake|todo|fixme|xxx+|abc123|test123)(?:[^a-z0-9]|$)",
  ].join("|"),
  "i",
);

/**
 * Pieces of values that providers print in their documentation, too short to be keys themselves: the
 * Azure storage emulator, Stripe's and jwt.io's sample.
 */
const DOCUMENTED: readonly string[] = ["Eby8vdM0", "4eC39HqL", "IkpvaG4gRG9l"];
