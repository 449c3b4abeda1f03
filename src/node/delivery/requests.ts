import type { Clock } from '../../environment.ts';
import { abortedBy, asLanpeerError, isLanpeerErrorCode, LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { decodeFailure, scanResponse } from '../../protocol/message.ts';
import type { DeliveryOutcome } from '../../protocol/out-stream.ts';
import { onAbort } from '../../util/abort.ts';
import { createDecoding, type Decoded } from './decoding.ts';
import type { Mailbox } from './mailbox.ts';
import { createWaiting, type Waiting } from './wait-queue.ts';

export interface RequestCallOptions {
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

/** A request as it was at the moment of the call. */
export interface Asked {
  readonly no: number;
  readonly payload: Uint8Array;
}

/** Requests of this node that have no answer yet. */
export interface Requests {
  /** A number for a request, which may go to several peers. */
  number(): number;
  /** Rejects with the codes of {@link LanpeerNode.request}. */
  open(to: DeviceId, box: Mailbox, asked: Asked, options: RequestCallOptions): Promise<unknown>;
  /**
   * An answer came. Throws `ERR_PROTOCOL` if it is none, which `refused` is told where it shows later; false, and told, if
   * nothing was asked that it answers.
   */
  answered(
    from: DeviceId,
    of: 'response' | 'failure',
    payload: Uint8Array,
    refused?: (error: unknown) => void,
  ): boolean;
  /** The session with that peer is over: what had arrived there is not answered any more. The rest is told by its fate. */
  ended(id: DeviceId): void;
}

/** It keeps its place until its answer comes, whatever becomes of the call: the other side counts it as well. */
interface Pending {
  readonly bytes: number;
  readonly resolve: (data: unknown) => void;
  readonly reject: (error: LanpeerError) => void;
  /** The peer has it. */
  arrived: boolean;
  /** Its answer is there, and is being decoded: whatever comes then answers nothing. */
  answered: boolean;
}

interface Desk {
  bytes: number;
  readonly pending: Map<number, Pending>;
  readonly waiting: Waiting;
}

/** What the other side told, as the caller's error: a code of ours as it is, any other as `remoteCode`. */
function remoteError({ code, message }: { readonly code: string; readonly message: string }): LanpeerError {
  if (code !== 'ERR_RESPONDER' && isLanpeerErrorCode(code)) return new LanpeerError(code, message);
  return new LanpeerError('ERR_RESPONDER', message, { remoteCode: code });
}

export interface RequestsOptions {
  /** Most values in an answer. */
  readonly items?: number;
  /** That peer answered what it was not asked. */
  readonly unasked?: (from: DeviceId) => void;
}

const { calls, openBytes } = limits.messages;

export function createRequests(
  clock: Clock,
  { items = limits.messages.items, unasked = () => undefined }: RequestsOptions = {},
): Requests {
  const desks = new Map<DeviceId, Desk>();
  // Its own, one of a peer at a time: an answer must not wait for a handler that waits for it.
  const decoding = createDecoding(0);
  let count = 0;

  function deskOf(id: DeviceId): Desk {
    const known = desks.get(id);
    if (known) return known;
    const desk = { bytes: 0, pending: new Map<number, Pending>(), waiting: createWaiting() };
    desks.set(id, desk);
    return desk;
  }

  function leave(id: DeviceId, no: number): void {
    const desk = desks.get(id);
    if (!desk) return;
    desk.bytes -= desk.pending.get(no)?.bytes ?? 0;
    desk.pending.delete(no);
    desk.waiting.look();
    if (desk.pending.size === 0 && desk.waiting.size === 0) desks.delete(id);
  }

  /** Takes a place at the desk, as soon as fewer than so many have no answer; undefined if there is one at once. */
  function enter(desk: Desk, no: number, pending: Pending, signal: AbortSignal): Promise<true> | undefined {
    const take = (): true | undefined => {
      const { size } = desk.pending;
      if (size >= calls || (size > 0 && desk.bytes + pending.bytes > openBytes)) return undefined;
      desk.pending.set(no, pending);
      desk.bytes += pending.bytes;
      return true;
    };
    return desk.waiting.size === 0 && take() ? undefined : desk.waiting.join(signal, take);
  }

  return {
    number() {
      count += 1;
      return count;
    },
    open(to, box, { no, payload }, { timeout = limits.messages.requestMs, signal }) {
      if (signal?.aborted) return Promise.reject(abortedBy(signal));
      const ending = new AbortController();
      return new Promise<unknown>((resolve, reject) => {
        const finish = (): void => {
          clock.clearTimeout(timer);
          off();
          ending.abort();
        };
        const giveUp = (error: LanpeerError): void => {
          finish();
          reject(error);
        };
        const fail = (error: LanpeerError): void => {
          giveUp(error);
          leave(to, no);
        };
        const pending: Pending = {
          bytes: payload.byteLength,
          resolve(data) {
            finish();
            leave(to, no);
            resolve(data);
          },
          reject: fail,
          arrived: false,
          answered: false,
        };
        const abort = (): void => {
          if (signal) giveUp(abortedBy(signal));
        };
        const late = (): void => giveUp(new LanpeerError('ERR_TIMEOUT', `No answer came within ${timeout} ms.`));
        // Node would make 1 ms of it.
        const timer = timeout === Number.POSITIVE_INFINITY ? undefined : clock.setTimeout(late, timeout);
        const off = onAbort(signal, abort);
        const told = (fate: DeliveryOutcome): void => {
          if (fate === 'unsent') fail(new LanpeerError('ERR_UNSENT'));
          else if (fate === 'unknown') fail(new LanpeerError('ERR_UNKNOWN_OUTCOME'));
          else pending.arrived = true;
        };
        const send = (): Promise<unknown> => box.send('request', payload, { signal: ending.signal }, { fate: told });
        const entered = enter(deskOf(to), no, pending, ending.signal);
        (entered === undefined ? send() : entered.then(send)).catch(fail);
      });
    },
    answered(from, of, payload, refused = () => undefined) {
      const find = (no: number): Pending | undefined => {
        const pending = desks.get(from)?.pending.get(no);
        if (pending && !pending.answered) {
          pending.answered = true;
          return pending;
        }
        unasked(from);
        return undefined;
      };
      if (of === 'failure') {
        const failure = decodeFailure(payload);
        const pending = find(failure.no);
        pending?.reject(remoteError(failure));
        return pending !== undefined;
      }
      const { head, ...undecoded } = scanResponse(payload, items);
      const pending = find(head.no);
      if (!pending) return false;
      const take = ({ data, release }: Decoded): void => {
        release();
        pending.resolve(data);
      };
      const fail = (thrown: unknown): void => pending.reject(asLanpeerError(thrown, 'ERR_PROTOCOL'));
      let decoded: Decoded | Promise<Decoded>;
      try {
        decoded = decoding.decode(undecoded, from);
      } catch (thrown) {
        fail(thrown);
        throw thrown;
      }
      if (!(decoded instanceof Promise)) take(decoded);
      else
        void decoded.then(take, (thrown: unknown) => {
          fail(thrown);
          refused(thrown);
        });
      return true;
    },
    ended(id) {
      const desk = desks.get(id);
      if (!desk) return;
      // Others may have been asked since then, of the session that comes after it.
      const over = [...desk.pending.values()].filter(({ arrived, answered }) => arrived && !answered);
      for (const { reject } of over) reject(new LanpeerError('ERR_UNKNOWN_OUTCOME'));
    },
  };
}
