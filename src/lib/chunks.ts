/** Cuts a list into consecutive parts of at most `sizeMax` items. */
export function* inChunks<Item>(
  items: readonly Item[],
  sizeMax: number,
): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += sizeMax) {
    yield items.slice(start, start + sizeMax);
  }
}
