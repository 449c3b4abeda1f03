/** The numbered messages from one process to one device. */
export interface Stream {
  readonly from: string;
  readonly to: string;
  /** `delivered` or the fate that was told, of each of which something was told. */
  readonly fates: Map<number, string>;
  /** Those that arrived, as they came. */
  readonly arrived: number[];
  accepted: number;
  delivered: number;
  rejected: number;
}

/** For people, when something is wrong. */
export function describeStream({ from, to, fates, arrived, accepted, delivered, rejected }: Stream): string {
  const others = [...fates].filter(([, fate]) => fate !== 'delivered').map(([n, fate]) => `${n} ${fate}`);
  const wrong = arrived.findIndex((n, at) => n !== at);
  const parts = [
    `${accepted} accepted, ${rejected} refused, ${delivered} delivered, ${arrived.length} arrived`,
    ...others,
  ];
  return `${from} to ${to}: ${parts.join(', ')}${wrong < 0 ? '' : `; where ${wrong} was due: ${arrived.slice(wrong, wrong + 5)}`}`;
}

/** What is wrong with these streams if both ends of each lived all the time: nothing lost, doubled or out of order. */
export function faultsOf(streams: readonly Stream[]): readonly string[] {
  const whole = ({ accepted, delivered, fates, arrived }: Stream): boolean =>
    accepted > 0 &&
    [delivered, fates.size, arrived.length].every((count) => count === accepted) &&
    arrived.every((n, at) => n === at);
  return streams.filter((stream) => !whole(stream)).map(describeStream);
}

/**
 * What is wrong with these streams although processes ended: doubled, out of order, `delivered` and never arrived, or
 * `unsent` and arrived.
 */
export function faultsOverRestarts(streams: readonly Stream[]): readonly string[] {
  const holds = ({ fates, arrived }: Stream): boolean => {
    const there = new Set(arrived);
    return (
      arrived.every((n, at) => at === 0 || n > Number(arrived[at - 1])) &&
      [...fates].every(([n, fate]) => (there.has(n) ? fate !== 'unsent' : fate !== 'delivered'))
    );
  };
  return streams.filter((stream) => !holds(stream)).map(describeStream);
}
