/** Choices that a source of random numbers makes. */

export interface Draw {
  /** From `min` to `max`, both included. */
  integer(min: number, max: number): number;
  chance(share: number): boolean;
  /** One of a list that is not empty. */
  pick<Item>(items: readonly Item[]): Item;
  weighted<Item extends { readonly weight: number }>(items: readonly Item[]): Item;
}

/** @param random numbers in [0, 1). */
export function createDraw(random: () => number): Draw {
  const integer = (min: number, max: number): number =>
    min + Math.floor(random() * (max - min + 1));
  return {
    integer,
    chance: (share) => random() < share,
    pick: (items) => getAt(items, integer(0, items.length - 1)),
    weighted(items) {
      let left = random() * items.reduce((sum, { weight }) => sum + weight, 0);
      return getAt(
        items,
        items.findIndex(({ weight }) => {
          left -= weight;
          return left < 0;
        }),
      );
    },
  };
}

function getAt<Item>(items: readonly Item[], index: number): Item {
  const item = items.at(index);
  if (item === undefined) throw new Error("nothing to choose from");
  return item;
}
