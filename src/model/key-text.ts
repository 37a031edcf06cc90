/**
 * The text of a key while it is in memory: it prints as its mask wherever it is printed.
 *
 * Only `reveal()` gives the text back, so every use of the clear value can be found by searching
 * for that word. Structured clone loses private fields on purpose: a KeyText that is posted to
 * another thread arrives empty.
 */

export class KeyText {
  readonly #text: string;
  readonly masked: string;

  /**
   * @param text the key as found.
   * @param fixedPrefix the part of the text that every key of this kind starts with (`ghp_`); it
   *   is no secret and stays readable.
   */
  constructor(text: string, fixedPrefix = "") {
    this.#text = text;
    this.masked = maskKey(text, fixedPrefix);
    // Node's console and loggers print an object by what this method returns.
    Object.defineProperty(this, Symbol.for("nodejs.util.inspect.custom"), {
      value: () => this.masked,
    });
  }

  /** The clear text. Call it only to fingerprint, to check a checksum, or to ask a provider. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return this.masked;
  }

  toJSON(): string {
    return this.masked;
  }
}

/** @param fixedPrefixes what keys of this kind may start with, of which the first that fits counts. */
export function keyTextOf(text: string, fixedPrefixes: readonly string[]): KeyText {
  const prefix = fixedPrefixes.find((candidate) => text.startsWith(candidate));
  return new KeyText(text, prefix);
}

/** The line that names what a PEM block holds; the block's end looks alike in all of them. */
const PEM_HEADER = /^-----BEGIN [A-Z0-9 ]{1,40}-----/;
/** At most this many characters of a key's random part are ever shown. */
const SHOWN_CHARACTERS_MAX = 4;
/** A random part shorter than this shows none of it: four of eight would be half the key. */
const SHOWN_FROM_LENGTH = 16;

/**
 * The form of a key that people may see: its fixed prefix, an ellipsis, and the last four
 * characters of a random part that is long enough to spare them (`ghp_…x7Qa`).
 */
export function maskKey(text: string, fixedPrefix = ""): string {
  const armour = PEM_HEADER.exec(text)?.[0];
  if (armour !== undefined) return `${armour}…`;
  const prefix = text.startsWith(fixedPrefix) ? fixedPrefix : "";
  const random = text.slice(prefix.length).replace(/\s+/g, "");
  const tail = random.length >= SHOWN_FROM_LENGTH ? random.slice(-SHOWN_CHARACTERS_MAX) : "";
  return `${prefix}…${/^[\x21-\x7e]*$/.test(tail) ? tail : ""}`;
}
