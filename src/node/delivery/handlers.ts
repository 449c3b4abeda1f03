import type { Message } from '../../api/messages.ts';
import { settle } from '../../util/thenable.ts';
import type { CallbackThrew } from '../monitoring/error-reporter.ts';

export type Handler = (message: Message) => unknown;

interface Entry {
  readonly handler: Handler;
}

/** The embedding program's handlers. What they throw is reported and ends nothing. */
export class Handlers {
  readonly #callbackThrew: CallbackThrew;
  readonly #byType = new Map<string, Set<Entry>>();
  readonly #forAll = new Set<Entry>();

  constructor(callbackThrew: CallbackThrew) {
    this.#callbackThrew = callbackThrew;
  }

  /** Returns what removes it. */
  add(type: string, handler: Handler): () => void {
    const entry = { handler };
    const entries = this.#byType.get(type) ?? new Set();
    this.#byType.set(type, entries.add(entry));
    return () => {
      entries.delete(entry);
      if (entries.size === 0 && this.#byType.get(type) === entries) this.#byType.delete(type);
    };
  }

  /** For messages of every type. */
  addForAll(handler: Handler): () => void {
    const entry = { handler };
    this.#forAll.add(entry);
    return () => void this.#forAll.delete(entry);
  }

  has(type: string): boolean {
    return this.#forAll.size > 0 || this.#byType.has(type);
  }

  /** Calls each handler; undefined if all have settled already, else a promise that never rejects. */
  run(message: Message): Promise<void> | undefined {
    const pending: Promise<void>[] = [];
    for (const { handler } of [...(this.#byType.get(message.type) ?? []), ...this.#forAll]) {
      const settled = this.#call(handler, message);
      if (settled !== undefined) pending.push(settled);
    }
    return pending.length === 0 ? undefined : Promise.all(pending).then(() => undefined);
  }

  #call(handler: Handler, message: Message): Promise<void> | undefined {
    const { type } = message;
    const rejected = (error: unknown): void => this.#callbackThrew(`A handler of messages of type ${type}`, error);
    try {
      return whenSettled(handler(message), rejected);
    } catch (error) {
      rejected(error);
      return undefined;
    }
  }
}

/** Undefined if there is nothing to wait for. */
function whenSettled(result: unknown, rejected: (error: unknown) => void): Promise<void> | undefined {
  // Most handlers return nothing: they cost no promise.
  if (result === undefined) return undefined;
  const { promise, resolve } = Promise.withResolvers<void>();
  const waits = settle(result, {
    fulfilled: () => resolve(),
    rejected(error) {
      rejected(error);
      resolve();
    },
  });
  return waits ? promise : undefined;
}
