/** Waits for conditions, which are checked after every event. */
export interface Waiters {
  /** To be called after each event. */
  changed(): void;
  /** Resolves with the first value that is found, now or later. Rejects after 15 s. */
  until<Value>(find: () => Value | undefined, describe: () => string): Promise<Value>;
}

const limitMs = 15_000;

export function createWaiters(): Waiters {
  const waiting = new Set<() => void>();
  return {
    changed() {
      for (const check of [...waiting]) check();
    },
    until: (find, describe) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(check);
          reject(new Error(describe()));
        }, limitMs);
        function check(): void {
          const found = find();
          if (found === undefined) return;
          clearTimeout(timer);
          waiting.delete(check);
          resolve(found);
        }
        waiting.add(check);
        check();
      }),
  };
}
