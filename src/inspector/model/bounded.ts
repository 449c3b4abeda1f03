/** A list that forgets its oldest items. */
export interface Bounded<Item> {
  readonly cap: number;
  /** Oldest first. */
  readonly items: Item[];
}

export const bounded = <Item>(cap: number): Bounded<Item> => ({ cap, items: [] });

/** Takes an eighth off at a time, so that a full list does not move all its items for each new one. */
export function push<Item>({ cap, items }: Bounded<Item>, item: Item): void {
  items.push(item);
  if (items.length > cap) items.splice(0, items.length - Math.max(1, Math.floor((cap * 7) / 8)));
}

/** Keeps a map from growing without end: what was put in first goes first. */
export function trimMap<Key>(map: Map<Key, unknown>, cap: number): void {
  for (const key of map.keys()) {
    if (map.size <= cap) return;
    map.delete(key);
  }
}
