/** Tells texts that may hold a key, so that no configuration is kept that shows one. */

export const NO_KEY = "this text may hold a key: say it in words, or with a link";

/** A run that long with letters and digits is no word: it may be the key, which must not be kept. */
const LOOKS_LIKE_KEY = /(?=[A-Za-z0-9_+=-]*[A-Za-z])(?=[A-Za-z0-9_+=-]*\d)[A-Za-z0-9_+=-]{20}/;

export function mayHoldKey(text: string): boolean {
  return LOOKS_LIKE_KEY.test(text);
}
