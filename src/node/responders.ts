import type { RequestContext } from '../api.ts';
import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { DeviceId } from '../protocol/device-id.ts';
import { decodeRequest, encodeFailure, encodeResponse } from '../protocol/message.ts';
import { settle } from '../thenable.ts';
import { codeOf, messageOf } from '../thrown.ts';
import type { Threw } from './faults.ts';

export type Responder = (request: RequestContext) => unknown;

/** The embedding program's answers to requests, by type. */
export interface Responders {
  /** Throws `ERR_OPTION` if the type has one already: a request has one answer. Returns what takes it off. */
  add(type: string, responder: Responder): () => void;
  /** A request came. `reply` sends the answer. Throws `ERR_PROTOCOL` if it is none; the responder's errors are its answer. */
  take(from: DeviceId, payload: Uint8Array, reply: Reply): void;
}

/** Resolves when the answer is accepted; rejects when it cannot be carried. */
export type Reply = (of: 'response' | 'failure', payload: Uint8Array) => Promise<unknown>;

/** What the requester is told of an error: its own code if it has one. */
const failureOf = (no: number, thrown: unknown): Uint8Array =>
  encodeFailure({ no, code: codeOf(thrown) ?? 'ERR_RESPONDER', message: messageOf(thrown) });

/** Encodes what a responder gave back as soon as it is there: the program may use the object again, for the next answer. */
function answerOf(result: unknown, encode: (answered: unknown) => Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const fulfilled = (answered: unknown): void => {
      try {
        resolve(encode(answered));
      } catch (thrown) {
        reject(thrown);
      }
    };
    settle(result, { fulfilled, rejected: reject });
  });
}

/**
 * @param threw A responder threw, or its answer cannot be carried.
 * @param trouble Something went wrong that is not the program's.
 */
export function createResponders(threw: Threw, trouble: (thrown: unknown) => void): Responders {
  const byType = new Map<string, Responder>();
  const busy = new Map<DeviceId, number>();

  const count = (id: DeviceId, change: 1 | -1): void => {
    const open = (busy.get(id) ?? 0) + change;
    if (open === 0) busy.delete(id);
    else busy.set(id, open);
  };

  async function answer(from: DeviceId, request: ReturnType<typeof decodeRequest>): Promise<Uint8Array> {
    const { no, type, data, timestamp } = request;
    const responder = byType.get(type);
    if (!responder) throw new LanpeerError('ERR_NO_RESPONDER', `Nobody answers requests of type ${type}.`);
    if ((busy.get(from) ?? 0) >= limits.messages.calls) throw new LanpeerError('ERR_BUSY');
    count(from, 1);
    let did: string | undefined;
    const encode = (answered: unknown): Uint8Array => {
      did = 'gave back what cannot be carried';
      return encodeResponse(no, answered);
    };
    try {
      // Encoded in the moment in which it is there: the program may use the object again, for the next answer.
      return await answerOf(responder({ type, data, senderId: from, timestamp }), encode);
    } catch (thrown) {
      threw(`The responder of requests of type ${type}`, thrown, did);
      throw thrown;
    } finally {
      count(from, -1);
    }
  }

  return {
    add(type, responder) {
      if (byType.has(type)) throw new LanpeerError('ERR_OPTION', `Requests of type ${type} have a responder already.`);
      byType.set(type, responder);
      return () => {
        if (byType.get(type) === responder) byType.delete(type);
      };
    },
    take(from, payload, reply) {
      const request = decodeRequest(payload);
      const { no } = request;
      answer(from, request)
        .then((response) => reply('response', response))
        .catch((thrown: unknown) => reply('failure', failureOf(no, thrown)))
        .catch(trouble);
    },
  };
}
