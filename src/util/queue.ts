/** First in, first out. */
export interface Queue<Item> {
  readonly size: number;
  push(item: Item): void;
  shift(): Item | undefined;
  /** The item that is so many behind the front. */
  at(index: number): Item | undefined;
  /** Takes all of them. */
  drain(): Item[];
}

/** An array that is cut now and then: taking the front off costs the same however many wait behind it. */
export function createQueue<Item>(): Queue<Item> {
  let items: Item[] = [];
  let from = 0;
  return {
    get size() {
      return items.length - from;
    },
    push: (item) => void items.push(item),
    shift() {
      if (from >= items.length) return undefined;
      const item = items[from];
      from += 1;
      if (from === items.length || from === 1_024) {
        items = items.slice(from);
        from = 0;
      }
      return item;
    },
    at: (index) => items[from + index],
    drain() {
      const all = items.slice(from);
      items = [];
      from = 0;
      return all;
    },
  };
}
