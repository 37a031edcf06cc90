/** Finds many literals in one pass (Aho and Corasick, 1975), without regard to ASCII case. */

export interface Automaton {
  /** For each byte the column of `next`: letters of both cases and all unused bytes share one. */
  readonly columnOf: Uint8Array;
  /**
   * The state after a state and a column: `next[state + column]`. States are premultiplied by the
   * number of columns, so that the loop has no multiplication. The start is state 0.
   */
  readonly next: Int32Array;
  /** States from here on end a literal, so that the loop has one comparison for each byte. */
  readonly outputFrom: number;
  readonly columnCount: number;
  /** Which literals end in each state from `outputFrom` on, in the order of the states. */
  readonly outputs: readonly (readonly number[])[];
}

/** @param literals in lower case, Latin-1, not empty; an output is an index into this list. */
export function buildAutomaton(literals: readonly string[]): Automaton {
  const { columnOf, columnCount } = assignColumns(literals);
  const nodes = buildTrie(literals, columnOf, columnCount);
  const order = linkFailures(nodes, columnCount);
  return layOut(order, columnOf, columnCount);
}

interface TrieNode {
  /** By column; undefined until `linkFailures` has filled every way. */
  readonly next: (TrieNode | undefined)[];
  readonly outputs: number[];
  failure: TrieNode | undefined;
}

function assignColumns(literals: readonly string[]): { columnOf: Uint8Array; columnCount: number } {
  const columnOf = new Uint8Array(256);
  let columnCount = 1;
  for (const character of new Set(literals.join(""))) {
    columnOf[character.charCodeAt(0)] = columnCount;
    if (/[a-z]/.test(character)) columnOf[character.toUpperCase().charCodeAt(0)] = columnCount;
    columnCount++;
  }
  return { columnOf, columnCount };
}

function newNode(columnCount: number): TrieNode {
  return { next: new Array<undefined>(columnCount), outputs: [], failure: undefined };
}

function buildTrie(
  literals: readonly string[],
  columnOf: Uint8Array,
  columnCount: number,
): TrieNode {
  const root = newNode(columnCount);
  for (const [index, literal] of literals.entries()) {
    let node = root;
    for (let at = 0; at < literal.length; at++) {
      const column = columnOf[literal.charCodeAt(at)] ?? 0;
      const child: TrieNode = node.next[column] ?? newNode(columnCount);
      node.next[column] = child;
      node = child;
    }
    node.outputs.push(index);
  }
  return root;
}

/**
 * Fills the ways that no literal goes with those of the longest suffix that is still a beginning,
 * and adds that suffix's outputs. Returns all nodes, breadth first, so a suffix is done before.
 */
function linkFailures(root: TrieNode, columnCount: number): TrieNode[] {
  const order = [root];
  for (const node of order) {
    for (let column = 0; column < columnCount; column++) {
      const child = node.next[column];
      const fallback = node === root ? root : (node.failure?.next[column] ?? root);
      if (child === undefined) {
        node.next[column] = fallback;
      } else {
        child.failure = fallback;
        child.outputs.push(...fallback.outputs);
        order.push(child);
      }
    }
  }
  return order;
}

function layOut(order: TrieNode[], columnOf: Uint8Array, columnCount: number): Automaton {
  const silent = order.filter((node) => node.outputs.length === 0);
  const loud = order.filter((node) => node.outputs.length > 0);
  const stateOf = new Map([...silent, ...loud].map((node, index) => [node, index * columnCount]));
  const next = new Int32Array(order.length * columnCount);
  for (const [node, state] of stateOf) {
    for (let column = 0; column < columnCount; column++) {
      const target = node.next[column];
      next[state + column] = (target && stateOf.get(target)) ?? 0;
    }
  }
  return {
    columnOf,
    next,
    outputFrom: silent.length * columnCount,
    columnCount,
    outputs: loud.map((node) => node.outputs),
  };
}
