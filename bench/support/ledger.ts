/** Who sent to whom, and which message it is: numbers of one sender only grow. */
export interface Letter {
  readonly from: string;
  readonly to: string;
  readonly no: number;
}

/** What was sent and what came of it, checked against what a session promises. */
export interface Ledger {
  sent(letter: Letter): void;
  /** The command was refused: it was never accepted. */
  refused(letter: Letter): void;
  delivered(letter: Letter): void;
  undelivered(letter: Letter): void;
  came(letter: Letter): void;
  /** A session between the two ended, as one side told. */
  ended(one: string, other: string): void;
  /** The process was killed: what it had sent has no fate, and what it had not written out nobody sees. */
  killed(node: string): void;
  counts(): LedgerCounts;
}

export interface LedgerCounts {
  readonly sent: number;
  readonly delivered: number;
  /** Their session ended first, and they were told so. */
  readonly undelivered: number;
  /** Sent by a process that was killed, or handed to one. */
  readonly withKilled: number;
  /** No fate yet. */
  readonly open: number;
  /** Told delivered, and the receiver never showed it; `undelivered` while no session ended; twice or out of order. */
  readonly lost: number;
  readonly unexplained: number;
  readonly wrong: number;
}

/** An undelivered message and the end of its session are told at about one moment. */
const togetherMs = 15_000;

const keyOf = ({ from, no }: Letter): string => `${from} ${no}`;
const pairOf = (one: string, other: string): string => [one, other].sort().join(' ');

export function createLedger(): Ledger {
  const open = new Map<string, Letter>();
  const received = new Set<string>();
  /** Told delivered before the receiver's line was read. */
  const awaited = new Map<string, Letter>();
  const latest = new Map<string, number>();
  const ends: { readonly pair: string; readonly at: number }[] = [];
  const failures: { readonly pair: string; readonly at: number }[] = [];
  const counts = { sent: 0, delivered: 0, undelivered: 0, withKilled: 0, wrong: 0 };

  function close(letter: Letter): boolean {
    return open.delete(keyOf(letter));
  }

  return {
    sent(letter) {
      counts.sent += 1;
      open.set(keyOf(letter), letter);
    },
    refused(letter) {
      if (close(letter)) counts.sent -= 1;
    },
    delivered(letter) {
      if (!close(letter)) return;
      counts.delivered += 1;
      if (!received.delete(keyOf(letter))) awaited.set(keyOf(letter), letter);
    },
    undelivered(letter) {
      if (!close(letter)) return;
      received.delete(keyOf(letter));
      counts.undelivered += 1;
      failures.push({ pair: pairOf(letter.from, letter.to), at: performance.now() });
    },
    came(letter) {
      const way = `${letter.from} ${letter.to}`;
      if (letter.no <= (latest.get(way) ?? -1)) counts.wrong += 1;
      latest.set(way, letter.no);
      if (!awaited.delete(keyOf(letter)) && open.has(keyOf(letter))) received.add(keyOf(letter));
    },
    ended(one, other) {
      ends.push({ pair: pairOf(one, other), at: performance.now() });
    },
    killed(node) {
      for (const letter of [...open.values()].filter(({ from }) => from === node)) {
        close(letter);
        received.delete(keyOf(letter));
        counts.withKilled += 1;
      }
      for (const letter of [...awaited.values()].filter(({ to }) => to === node)) {
        awaited.delete(keyOf(letter));
        counts.withKilled += 1;
      }
    },
    counts() {
      const unexplained = failures.filter(
        ({ pair, at }) => !ends.some((end) => end.pair === pair && Math.abs(end.at - at) < togetherMs),
      );
      return { ...counts, open: open.size, lost: awaited.size, unexplained: unexplained.length };
    },
  };
}
