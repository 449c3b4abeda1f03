import type { LanpeerNode } from '../../src/index.ts';

/** Numbered messages that flow from one node to another until they are stopped. */
export interface Flow {
  /** Resolves when so many more have come. */
  more(count: number): Promise<void>;
  /** Sends no more; resolves, when the fate of every message is known, with what was sent and what came. */
  stop(): Promise<{
    readonly sent: readonly number[];
    readonly came: readonly number[];
    readonly fates: ReadonlySet<string>;
  }>;
}

const everyMs = 5;

export function startFlow(from: LanpeerNode, to: LanpeerNode): Flow {
  const type = 'flow';
  const sent: number[] = [];
  const came: number[] = [];
  const fates = new Set<string>();
  const waiting = new Set<() => void>();
  let flows = true;
  const off = to.handle(type, ({ senderId, data }) => {
    if (senderId !== from.id) return;
    came.push(Number(data));
    for (const look of waiting) look();
  });

  async function run(): Promise<void> {
    const settled: Promise<unknown>[] = [];
    for (let no = 0; flows; no += 1) {
      const { delivered } = await from.send(to.id, type, no);
      sent.push(no);
      settled.push(delivered.then((fate) => fates.add(fate)));
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
    await Promise.all(settled);
  }

  const running = run();
  // Whoever stops it hears of its failure.
  running.catch(() => undefined);
  return {
    more(count) {
      const wanted = came.length + count;
      return new Promise((resolve) => {
        const look = (): void => {
          if (came.length < wanted) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
      });
    },
    async stop() {
      flows = false;
      await running;
      off();
      return { sent, came, fates };
    },
  };
}
