/** A map of bounded size that forgets what was used longest ago. */

export interface LruMap<Key, Value> {
  /** Counts as a use. */
  find(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  delete(key: Key): void;
}

export function createLruMap<Key, Value>(entriesMax: number): LruMap<Key, Value> {
  // A Map lists its keys in the order of insertion: a used one is inserted anew.
  const entries = new Map<Key, Value>();
  return {
    find(key) {
      const value = entries.get(key);
      if (value === undefined) return undefined;
      entries.delete(key);
      entries.set(key, value);
      return value;
    },
    set(key, value) {
      entries.delete(key);
      entries.set(key, value);
      const oldest = entries.keys().next();
      if (entries.size > entriesMax && !oldest.done) entries.delete(oldest.value);
    },
    delete(key) {
      entries.delete(key);
    },
  };
}
