/** One direction between two nodes of an in-memory network. */
interface Direction {
  readonly from: string;
  readonly to: string;
}

/** Which directions carry nothing just now. */
export interface MemoryFaults {
  silence(from: string, to: string): void;
  heal(a?: string, b?: string): void;
  isSilent(from: string, to: string): boolean;
}

export function createMemoryFaults(): MemoryFaults {
  let silent: readonly Direction[] = [];
  const same = (one: Direction, from: string, to: string): boolean => one.from === from && one.to === to;
  return {
    silence(from, to) {
      silent = [...silent, { from, to }];
    },
    heal(a, b) {
      silent = silent.filter((one) => {
        if (a === undefined) return false;
        if (b === undefined) return one.from !== a && one.to !== a;
        return !same(one, a, b) && !same(one, b, a);
      });
    },
    isSilent: (from, to) => silent.some((one) => same(one, from, to)),
  };
}
