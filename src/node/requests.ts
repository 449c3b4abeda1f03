import type { Clock } from '../environment.ts';
import { isLanpeerErrorCode, LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { DeviceId } from '../protocol/device-id.ts';
import { decodeFailure, decodeResponse } from '../protocol/message.ts';
import type { MessageFate } from '../protocol/out-stream.ts';
import type { Mailbox } from './mailbox.ts';
import { createWaiting, type Waiting } from './waiting.ts';

export interface RequestCallOptions {
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

/** Requests of this node that have no answer yet. */
export interface Requests {
  /** `encode` makes the payload of the request of that number. Rejects with the codes of {@link LanpeerNode.request}. */
  open(to: DeviceId, box: Mailbox, encode: (no: number) => Uint8Array, options: RequestCallOptions): Promise<unknown>;
  /** An answer came. Throws `ERR_PROTOCOL` if it is none; one that nobody waits for is dropped. */
  answered(from: DeviceId, of: 'response' | 'failure', payload: Uint8Array): void;
  /** The session with that peer is over: nothing is answered any more. */
  ended(id: DeviceId): void;
}

interface Pending {
  readonly resolve: (data: unknown) => void;
  readonly reject: (error: LanpeerError) => void;
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

  function settle(id: DeviceId, no: number): Pending | undefined {
    const desk = desks.get(id);
    const pending = desk?.pending.get(no);
    desk?.pending.delete(no);
    desk?.waiting.look();
    if (desk?.pending.size === 0 && desk.waiting.size === 0) desks.delete(id);
    return pending;
  }

  /** A number, as soon as fewer than so many have no answer. */
  function numberFor(desk: Desk, pending: Pending, signal: AbortSignal): Promise<number> {
    const take = (): number | undefined => {
      if (desk.pending.size >= limits.messages.calls) return undefined;
      count += 1;
      desk.pending.set(count, pending);
      return count;
    };
    const no = desk.waiting.size === 0 ? take() : undefined;
    return no === undefined ? desk.waiting.join(signal, take) : Promise.resolve(no);
  }

  return {
    open(to, box, encode, { timeout = limits.messages.requestMs, signal }) {
      const ending = new AbortController();
      const desk = deskOf(to);
      let no: number | undefined;
      return new Promise<unknown>((resolve, reject) => {
        const finish = (): void => {
          clock.clearTimeout(timer);
          signal?.removeEventListener('abort', abort);
          if (no !== undefined) settle(to, no);
          ending.abort();
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
        };
        const abort = (): void => fail(new LanpeerError('ERR_ABORTED'));
        const timer = clock.setTimeout(
          () => fail(new LanpeerError('ERR_TIMEOUT', `No answer came within ${timeout} ms.`)),
          timeout,
        );
        signal?.addEventListener('abort', abort, { once: true });
        if (signal?.aborted) {
          abort();
          return;
        }
        const told = (fate: MessageFate): void => {
          if (fate === 'unsent') fail(new LanpeerError('ERR_UNSENT'));
          else if (fate === 'unknown') fail(new LanpeerError('ERR_UNKNOWN_OUTCOME'));
        };
        numberFor(desk, pending, ending.signal)
          .then((given) => {
            no = given;
            return box.send('request', encode(given), { signal: ending.signal }, { fate: told });
          })
          .catch(fail);
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
      for (const { reject } of [...desk.pending.values()]) reject(new LanpeerError('ERR_UNKNOWN_OUTCOME'));
    },
  };
}
