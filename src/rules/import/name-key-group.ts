/** Names the group of an RE2 pattern that is the key, without changing anything else in it. */

/**
 * @param group its number, from 1.
 * @throws Error when there is no such group.
 */
export function nameKeyGroup(pattern: string, group: number): string {
  let count = 0;
  for (const { index, 0: token } of pattern.matchAll(TOKENS)) {
    if (!GROUP.test(token)) continue;
    count += 1;
    if (count < group) continue;
    return `${pattern.slice(0, index)}(?P<key>${pattern.slice(index + token.length)}`;
  }
  throw new Error(`it has no group ${group}, which should be the key`);
}

/** Quoted text, escapes and classes, in which parentheses open nothing; then what opens a group. */
const TOKENS =
  /\\Q[\s\S]*?(?:\\E|$)|\\[\s\S]|\[\^?\]?(?:\[:\^?\w+:\]|\\[\s\S]|[^\]\\])*\]|\(\?P?<\w+>|\(\??/g;
/** `(?` alone opens a group that is not numbered. */
const GROUP = /^\((?:\?P?<\w+>)?$/;
