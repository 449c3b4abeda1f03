import type { Message } from '../../api/messages.ts';
import { settle } from '../../util/thenable.ts';
import type { CallbackThrew } from '../monitoring/error-reporter.ts';

export type Handler = (message: Message) => unknown;

interface Entry {
  readonly handler: Handler;
}

const none: readonly Entry[] = [];

/** The embedding program's handlers. What they throw is reported and ends nothing. */
export class Handlers {
  readonly #callbackThrew: CallbackThrew;
  /** Lists that are never changed: one that is being called stays as it was. */
  readonly #byType = new Map<string, readonly Entry[]>();
  #forAll: readonly Entry[] = [];

  constructor(callbackThrew: CallbackThrew) {
    this.#callbackThrew = callbackThrew;
  }

  /** Returns what removes it. */
  add(type: string, handler: Handler): () => void {
    const entry = { handler };
    this.#byType.set(type, [...(this.#byType.get(type) ?? []), entry]);
    return () => {
      const left = this.#byType.get(type)?.filter((one) => one !== entry) ?? [];
      if (left.length > 0) this.#byType.set(type, left);
      else this.#byType.delete(type);
    };
  }

  /** For messages of every type. */
  addForAll(handler: Handler): () => void {
    const entry = { handler };
    this.#forAll = [...this.#forAll, entry];
    return () => {
      this.#forAll = this.#forAll.filter((one) => one !== entry);
    };
  }

  has(type: string): boolean {
    return this.#forAll.length > 0 || this.#byType.has(type);
  }

  /** Calls each handler; undefined if all have settled already, else a promise that never rejects. */
  run(message: Message): Promise<void> | undefined {
    const forAll = this.#forAll;
    const pending = this.#callEach(this.#byType.get(message.type) ?? none, message);
    const others = this.#callEach(forAll, message);
    return pending && others ? Promise.all([pending, others]).then(() => undefined) : (pending ?? others);
  }

  #callEach(entries: readonly Entry[], message: Message): Promise<void> | undefined {
    let pending: Promise<void>[] | undefined;
    for (const { handler } of entries) {
      const settled = this.#call(handler, message);
      if (settled !== undefined) pending = [...(pending ?? []), settled];
    }
    return pending && Promise.all(pending).then(() => undefined);
  }

  #call(handler: Handler, message: Message): Promise<void> | undefined {
    try {
      const result = handler(message);
      // Most handlers return nothing: they cost no promise.
      return result === undefined ? undefined : whenSettled(result, (error) => this.#threw(message, error));
    } catch (error) {
      this.#threw(message, error);
      return undefined;
    }
  }

  #threw({ type }: Message, error: unknown): void {
    this.#callbackThrew(`A handler of messages of type ${type}`, error);
  }
}

/** Undefined if there is nothing to wait for. */
function whenSettled(result: unknown, rejected: (error: unknown) => void): Promise<void> | undefined {
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
