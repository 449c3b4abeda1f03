import type { Clock } from '../environment.ts';
import { isLanpeerErrorCode, LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { DeviceId } from '../protocol/device-id.ts';
import { decodeFailure, decodeResponse } from '../protocol/message.ts';
import type { MessageFate } from '../protocol/out-stream.ts';
import { abortedBy } from './ending.ts';
import type { Mailbox } from './mailbox.ts';
import { createWaiting, type Waiting } from './waiting.ts';

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
  /** An answer came. Throws `ERR_PROTOCOL` if it is none; one that nobody waits for is dropped. */
  answered(from: DeviceId, of: 'response' | 'failure', payload: Uint8Array): void;
  /** The session with that peer is over: what had arrived there is not answered any more. The rest is told by its fate. */
  ended(id: DeviceId): void;
}

interface Pending {
  readonly resolve: (data: unknown) => void;
  readonly reject: (error: LanpeerError) => void;
  /** The peer has it. */
  arrived: boolean;
}

interface Desk {
  readonly pending: Map<number, Pending>;
  readonly waiting: Waiting;
}

/** What the other side told, as the caller's error: a code of ours as it is, any other as `remoteCode`. */
function remoteError({ code, message }: { readonly code: string; readonly message: string }): LanpeerError {
  if (code !== 'ERR_RESPONDER' && isLanpeerErrorCode(code)) return new LanpeerError(code, message);
  return new LanpeerError('ERR_RESPONDER', message, { remoteCode: code });
}

export function createRequests(clock: Clock): Requests {
  const desks = new Map<DeviceId, Desk>();
  let count = 0;

  function deskOf(id: DeviceId): Desk {
    const known = desks.get(id);
    if (known) return known;
    const desk = { pending: new Map<number, Pending>(), waiting: createWaiting() };
    desks.set(id, desk);
    return desk;
  }

  function leave(id: DeviceId, no: number): void {
    const desk = desks.get(id);
    if (!desk) return;
    desk.pending.delete(no);
    desk.waiting.look();
    if (desk.pending.size === 0 && desk.waiting.size === 0) desks.delete(id);
  }

  /** Takes a place at the desk, as soon as fewer than so many have no answer; undefined if there is one at once. */
  function enter(desk: Desk, no: number, pending: Pending, signal: AbortSignal): Promise<true> | undefined {
    const take = (): true | undefined => {
      if (desk.pending.size >= limits.messages.calls) return undefined;
      desk.pending.set(no, pending);
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
          signal?.removeEventListener('abort', abort);
          ending.abort();
          leave(to, no);
        };
        const fail = (error: LanpeerError): void => {
          finish();
          reject(error);
        };
        const pending: Pending = {
          resolve(data) {
            finish();
            resolve(data);
          },
          reject: fail,
          arrived: false,
        };
        const abort = (): void => {
          if (signal) fail(abortedBy(signal));
        };
        const late = (): void => fail(new LanpeerError('ERR_TIMEOUT', `No answer came within ${timeout} ms.`));
        // Node would make 1 ms of it.
        const timer = timeout === Number.POSITIVE_INFINITY ? undefined : clock.setTimeout(late, timeout);
        signal?.addEventListener('abort', abort, { once: true });
        const told = (fate: MessageFate): void => {
          if (fate === 'unsent') fail(new LanpeerError('ERR_UNSENT'));
          else if (fate === 'unknown') fail(new LanpeerError('ERR_UNKNOWN_OUTCOME'));
          else pending.arrived = true;
        };
        const send = (): Promise<unknown> => box.send('request', payload, { signal: ending.signal }, { fate: told });
        const entered = enter(deskOf(to), no, pending, ending.signal);
        (entered === undefined ? send() : entered.then(send)).catch(fail);
      });
    },
    answered(from, of, payload) {
      if (of === 'response') {
        const { no, data } = decodeResponse(payload);
        desks.get(from)?.pending.get(no)?.resolve(data);
      } else {
        const failure = decodeFailure(payload);
        desks.get(from)?.pending.get(failure.no)?.reject(remoteError(failure));
      }
    },
    ended(id) {
      const desk = desks.get(id);
      if (!desk) return;
      // Others may have been asked since then, of the session that comes after it.
      const over = [...desk.pending.values()].filter(({ arrived }) => arrived);
      for (const { reject } of over) reject(new LanpeerError('ERR_UNKNOWN_OUTCOME'));
    },
  };
}
