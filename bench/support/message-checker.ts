/** Sender, receiver and number of a message: numbers of one sender only grow. */
export interface SentMessage {
  readonly from: string;
  readonly to: string;
  readonly no: number;
}

/** Messages and their outcomes, checked against what a message session promises. */
export interface MessageChecker {
  sent(message: SentMessage): void;
  /** The command was refused: it was never accepted. */
  refused(message: SentMessage): void;
  delivered(message: SentMessage): void;
  undelivered(message: SentMessage): void;
  received(message: SentMessage): void;
  /** A message session between the two ended, as one side reported. */
  ended(one: string, other: string): void;
  /** The process was killed: what it had sent has no outcome, and what it had not written is lost. */
  killed(node: string): void;
  counts(): MessageCounts;
}

export interface MessageCounts {
  readonly sent: number;
  readonly delivered: number;
  /** Their message session ended first, and their sender was told so. */
  readonly undelivered: number;
  /** Sent by a process that was killed, or delivered to one. */
  readonly withKilled: number;
  /** No outcome yet. */
  readonly open: number;
  /** Reported as delivered, and the receiver never printed it; `undelivered` while no session ended; twice or out of order. */
  readonly lost: number;
  readonly unexplained: number;
  readonly wrong: number;
}

/** An undelivered message and the end of its session are reported at about one moment. */
const togetherMs = 15_000;

const keyOf = ({ from, no }: SentMessage): string => `${from} ${no}`;
const pairOf = (one: string, other: string): string => [one, other].sort().join(' ');

export function createMessageChecker(): MessageChecker {
  const open = new Map<string, SentMessage>();
  const received = new Set<string>();
  /** Reported as delivered before the receiver's line was read. */
  const awaited = new Map<string, SentMessage>();
  const latest = new Map<string, number>();
  const ends: { readonly pair: string; readonly at: number }[] = [];
  const failures: { readonly pair: string; readonly at: number }[] = [];
  const counts = { sent: 0, delivered: 0, undelivered: 0, withKilled: 0, wrong: 0 };

  function close(message: SentMessage): boolean {
    return open.delete(keyOf(message));
  }

  return {
    sent(message) {
      counts.sent += 1;
      open.set(keyOf(message), message);
    },
    refused(message) {
      if (close(message)) counts.sent -= 1;
    },
    delivered(message) {
      if (!close(message)) return;
      counts.delivered += 1;
      if (!received.delete(keyOf(message))) awaited.set(keyOf(message), message);
    },
    undelivered(message) {
      if (!close(message)) return;
      received.delete(keyOf(message));
      counts.undelivered += 1;
      failures.push({ pair: pairOf(message.from, message.to), at: performance.now() });
    },
    received(message) {
      const way = `${message.from} ${message.to}`;
      if (message.no <= (latest.get(way) ?? -1)) counts.wrong += 1;
      latest.set(way, message.no);
      if (!awaited.delete(keyOf(message)) && open.has(keyOf(message))) received.add(keyOf(message));
    },
    ended(one, other) {
      ends.push({ pair: pairOf(one, other), at: performance.now() });
    },
    killed(node) {
      for (const message of [...open.values()].filter(({ from }) => from === node)) {
        close(message);
        received.delete(keyOf(message));
        counts.withKilled += 1;
      }
      for (const message of [...awaited.values()].filter(({ to }) => to === node)) {
        awaited.delete(keyOf(message));
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
