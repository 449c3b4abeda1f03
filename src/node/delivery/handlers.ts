import type { Message } from '../../api/messages.ts';
import { settle } from '../../util/thenable.ts';
import type { CallbackThrew } from '../monitoring/error-reporter.ts';

export type Handler = (message: Message) => unknown;

/** The embedding program's handlers. What they throw is reported and ends nothing. */
export interface Handlers {
  add(type: string, handler: Handler): () => void;
  /** For messages of every type. */
  addForAll(handler: Handler): () => void;
  /** Calls each handler; undefined if all have settled already, else a promise that never rejects. */
  run(message: Message): Promise<void> | undefined;
  has(type: string): boolean;
}

export function createHandlers(threw: CallbackThrew): Handlers {
  const byType = new Map<string, Set<{ readonly handler: Handler }>>();
  const forAll = new Set<{ readonly handler: Handler }>();

  function call(handler: Handler, message: Message): Promise<void> | undefined {
    const { type } = message;
    const rejected = (thrown: unknown): void => threw(`A handler of messages of type ${type}`, thrown);
    try {
      return settled(handler(message), rejected);
    } catch (thrown) {
      rejected(thrown);
      return undefined;
    }
  }

  return {
    add(type, handler) {
      const entry = { handler };
      const entries = byType.get(type) ?? new Set();
      byType.set(type, entries.add(entry));
      return () => {
        entries.delete(entry);
        if (entries.size === 0 && byType.get(type) === entries) byType.delete(type);
      };
    },
    addForAll(handler) {
      const entry = { handler };
      forAll.add(entry);
      return () => void forAll.delete(entry);
    },
    run(message) {
      const pending: Promise<void>[] = [];
      for (const { handler } of [...(byType.get(message.type) ?? []), ...forAll]) {
        const settled = call(handler, message);
        if (settled !== undefined) pending.push(settled);
      }
      return pending.length === 0 ? undefined : Promise.all(pending).then(() => undefined);
    },
    has: (type) => forAll.size > 0 || byType.has(type),
  };
}

/** Undefined if there is nothing to wait for. */
function settled(result: unknown, rejected: (thrown: unknown) => void): Promise<void> | undefined {
  // Most handlers give back nothing: they cost no promise.
  if (result === undefined) return undefined;
  const { promise, resolve } = Promise.withResolvers<void>();
  const waits = settle(result, {
    fulfilled: () => resolve(),
    rejected(thrown) {
      rejected(thrown);
      resolve();
    },
  });
  return waits ? promise : undefined;
}
