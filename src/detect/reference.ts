/** Recognises values of assignments that name a key instead of being one. */

/**
 * Returns true for what generic rules must pass over: variables, calls, paths, addresses, ids.
 * Precise rather than complete: a value that is neither clearly random nor password-like is one.
 */
export function isReference(text: string): boolean {
  return !/\d/.test(text) || NOT_KEYS.some((form) => form.test(text)) || isWordLike(text);
}

const NOT_KEYS: readonly RegExp[] = [
  // A call, an index, a member or a variable of a language.
  /[([]|^[$@&][A-Za-z_{]|->|::/,
  // A path or an address without user and password.
  /^(?:\.{1,2}|~|[A-Za-z]:)[\\/]|^[a-z][a-z0-9+.-]*:\/\/[^@]*$/i,
  // A UUID, a git object id, a date or a version.
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i,
  /^v?\d+(?:[.:/-]\d+)+/,
];

/**
 * `my-app-secret-v2`, `/etc/app/key-2024.pem`, `ENABLE_2FA`, `ed25519.PrivateKey`: words with a short
 * number at their end at most. A random text changes between letters, digits and cases more often.
 */
function isWordLike(text: string): boolean {
  if (!/^[A-Za-z0-9_.:/-]+$/.test(text)) return false;
  const parts = text.split(/[^A-Za-z0-9]+|(?<=[a-z])(?=[A-Z])/).filter((part) => part !== "");
  const words = parts.filter((part) =>
    /^\d?(?:[a-z]+|[A-Z][a-z]*|[A-Z]+)\d{0,5}$|^\d{1,4}$/.test(part),
  );
  return words.length === parts.length && text.length / parts.length >= WORD_LENGTH_MIN;
}

const WORD_LENGTH_MIN = 3;
