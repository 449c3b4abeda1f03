/** Callbacks inside the node: called in order of coming, and each until its own function takes it off. */
export interface Listeners<Args extends readonly unknown[]> {
  add(listener: (...args: Args) => void): () => void;
  /** As {@link add}, for one call. */
  once(listener: (...args: Args) => void): () => void;
  call(...args: Args): void;
  /** As {@link call}, but for those that are there now: a listener that comes before it is called is not told. */
  prepare(): (...args: Args) => void;
  readonly size: number;
}

/** @param threw A listener threw that. Default: it is thrown on, and those after it are not called. */
export function createListeners<Args extends readonly unknown[]>(threw?: (thrown: unknown) => void): Listeners<Args> {
  interface Entry {
    readonly listener: (...args: Args) => void;
  }
  /** An entry for each call of `add`: the same function may come twice. */
  const entries = new Set<Entry>();

  function run({ listener }: Entry, args: Args): void {
    if (!threw) {
      listener(...args);
      return;
    }
    try {
      listener(...args);
    } catch (thrown) {
      threw(thrown);
    }
  }

  function add(listener: (...args: Args) => void): () => void {
    const entry = { listener };
    entries.add(entry);
    return () => void entries.delete(entry);
  }

  function prepare(): (...args: Args) => void {
    const present = [...entries];
    return (...args) => {
      for (const entry of present) if (entries.has(entry)) run(entry, args);
    };
  }

  return {
    add,
    once(listener) {
      const remove = add((...args) => {
        remove();
        listener(...args);
      });
      return remove;
    },
    call(...args) {
      if (entries.size > 0) prepare()(...args);
    },
    prepare,
    get size() {
      return entries.size;
    },
  };
}
