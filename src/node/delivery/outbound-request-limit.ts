import type { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { WaitQueue } from './wait-queue.ts';

/** It keeps its place until its answer comes, also when its caller gave it up: the peer counts it as well. */
export interface PendingRequest {
  readonly no: number;
  readonly bytes: number;
  resolve(data: unknown): void;
  reject(error: LanpeerError): void;
  /** The peer has it. */
  hasArrived: boolean;
  /** Its answer is there, and is being decoded: what comes then answers nothing. */
  isAnswered: boolean;
}

const { calls, openBytes } = limits.messages;

/** The requests to one peer that have no answer yet, and those that wait until there are fewer. */
export class OutboundRequestLimit {
  readonly #pending = new Map<number, PendingRequest>();
  readonly #queue = new WaitQueue();
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#pending.size === 0 && this.#queue.size === 0;
  }

  has(no: number): boolean {
    return this.#pending.has(no);
  }

  /** Acquires a place as soon as there is one; undefined if there is one at once. */
  acquire(request: PendingRequest, signal: AbortSignal): Promise<true> | undefined {
    const acquire = (): true | undefined => {
      const { size } = this.#pending;
      if (size >= calls || (size > 0 && this.#bytes + request.bytes > openBytes)) return undefined;
      this.#pending.set(request.no, request);
      this.#bytes += request.bytes;
      return true;
    };
    return this.#queue.size === 0 && acquire() ? undefined : this.#queue.join(signal, acquire);
  }

  release(no: number): void {
    this.#bytes -= this.#pending.get(no)?.bytes ?? 0;
    this.#pending.delete(no);
    this.#queue.retry();
  }

  /** The request of that number, which from now on has its answer; undefined if none of that number waits for one. */
  answer(no: number): PendingRequest | undefined {
    const request = this.#pending.get(no);
    if (!request || request.isAnswered) return undefined;
    request.isAnswered = true;
    return request;
  }

  /** Those that the peer has and has not answered. */
  unanswered(): PendingRequest[] {
    return [...this.#pending.values()].filter(({ hasArrived, isAnswered }) => hasArrived && !isAnswered);
  }
}
