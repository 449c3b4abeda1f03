import type { Message } from '../api.ts';
import { LanpeerError } from '../errors.ts';

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

export function createHandlers(report: (error: LanpeerError) => void): Handlers {
  const byType = new Map<string, Set<{ readonly handler: Handler }>>();
  const forAll = new Set<{ readonly handler: Handler }>();

  function reportThrown(message: Message, cause: unknown): void {
    const detail = cause instanceof Error ? cause.message : String(cause);
    report(
      new LanpeerError('ERR_HANDLER', `A handler of messages of type ${message.type} threw: ${detail}`, { cause }),
    );
  }

  function call(handler: Handler, message: Message): Promise<void> | undefined {
    try {
      const result = handler(message);
      if (!isThenable(result)) return undefined;
      return Promise.resolve(result).then(
        () => undefined,
        (thrown: unknown) => reportThrown(message, thrown),
      );
    } catch (thrown) {
      reportThrown(message, thrown);
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

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
