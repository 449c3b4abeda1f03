import type { LanpeerNode } from '../../src/index.ts';

/** Numbered messages from one node to another, until it is stopped. */
export interface MessageStream {
  /** Resolves when so many more have come. */
  more(count: number): Promise<void>;
  /** Sends no more; resolves, when the outcome of every message is known, with what was sent and what was received. */
  stop(): Promise<{
    readonly sent: readonly number[];
    readonly received: readonly number[];
    readonly fates: ReadonlySet<string>;
  }>;
}

const everyMs = 5;

export function startMessageStream(from: LanpeerNode, to: LanpeerNode): MessageStream {
  const type = 'stream';
  const sent: number[] = [];
  const received: number[] = [];
  const fates = new Set<string>();
  const waiting = new Set<() => void>();
  let sending = true;
  const off = to.handle(type, ({ senderId, data }) => {
    if (senderId !== from.id) return;
    received.push(Number(data));
    for (const check of waiting) check();
  });

  async function run(): Promise<void> {
    const settled: Promise<unknown>[] = [];
    for (let no = 0; sending; no += 1) {
      const { delivered } = await from.send(to.id, type, no);
      sent.push(no);
      settled.push(delivered.then((fate) => fates.add(fate)));
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
    await Promise.all(settled);
  }

  const running = run();
  // The caller of stop() gets its failure.
  running.catch(() => undefined);
  return {
    more(count) {
      const wanted = received.length + count;
      return new Promise((resolve) => {
        const check = (): void => {
          if (received.length < wanted) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
      });
    },
    async stop() {
      sending = false;
      await running;
      off();
      return { sent, received, fates };
    },
  };
}
