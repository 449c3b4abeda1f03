import type { RequestContext } from '../../api/messages.ts';
import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { encodeFailure, encodeResponse, type RequestHead, scanRequest } from '../../protocol/message.ts';
import type { Shares } from '../../protocol/shares.ts';
import { settle } from '../../util/thenable.ts';
import { codeOf, messageOf } from '../../util/thrown.ts';
import type { CallbackThrew } from '../monitoring/error-reporter.ts';
import { ownBytes } from './copy-bytes.ts';
import { createDecoding, type Decoded, type Decoding } from './decoding.ts';
import { createOpenRequests } from './open-requests.ts';

export type Responder = (request: RequestContext) => unknown;

/** The embedding program's answers to requests, by type. */
export interface Responders {
  /** Throws `ERR_OPTION` if the type has one already: a request has one answer. Returns what takes it off. */
  add(type: string, responder: Responder): () => void;
  /** Throws if another request of that peer may not come now: `ERR_PROTOCOL`, or `ERR_BUSY`. */
  admit(from: DeviceId): void;
  /**
   * A request came. `reply` sends the answer. Throws what {@link admit} throws, and `ERR_PROTOCOL` if it is none, which
   * `refused` is told where it shows later; the responder's errors are its answer.
   */
  take(from: DeviceId, payload: Uint8Array, reply: Reply, refused?: (error: unknown) => void): void;
  /** What that peer asks from now on is of another session. */
  renew(from: DeviceId): void;
}

/**
 * Resolves when the session accepts the answer, with what resolves when the answer has its fate; rejects when it cannot
 * be carried.
 */
export type Reply = (
  of: 'response' | 'failure',
  payload: Uint8Array,
) => Promise<{ readonly delivered: Promise<unknown> } | undefined>;

export interface RespondersOptions {
  /** Most values in a request, and in an answer. */
  readonly items?: number;
  /** Memory of open requests and of answers. */
  readonly shares?: Shares;
  readonly decoding?: Decoding;
}

/** So many times its bytes is what honest data may hold. */
const heavy = 8;

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
export function createResponders(
  threw: CallbackThrew,
  trouble: (thrown: unknown) => void,
  { items = limits.messages.items, shares, decoding = createDecoding() }: RespondersOptions = {},
): Responders {
  const byType = new Map<string, Responder>();
  const open = createOpenRequests(shares);

  async function answer({ no, type }: RequestHead, request: RequestContext): Promise<Uint8Array> {
    const responder = responderOf(type);
    let did: string | undefined;
    const encode = (answered: unknown): Uint8Array => {
      did = 'gave back what cannot be carried';
      return encodeResponse(no, answered, items);
    };
    try {
      // Encoded in the moment in which it is there: the program may use the object again, for the next answer.
      return await answerOf(responder(request), encode);
    } catch (thrown) {
      threw(`The responder of requests of type ${type}`, thrown, did);
      throw thrown;
    }
  }

  function responderOf(type: string): Responder {
    const responder = byType.get(type);
    if (responder) return responder;
    throw new LanpeerError('ERR_NO_RESPONDER', `Nobody answers requests of type ${type}.`);
  }

  return {
    add(type, responder) {
      if (byType.has(type)) throw new LanpeerError('ERR_OPTION', `Requests of type ${type} have a responder already.`);
      byType.set(type, responder);
      return () => {
        if (byType.get(type) === responder) byType.delete(type);
      };
    },
    admit: open.admit,
    take(from, payload, reply, refused = trouble) {
      open.admit(from);
      const { head, ...undecoded } = scanRequest(ownBytes(payload), items);
      const { no, type, timestamp } = head;
      const place = open.enter(from);

      /** Small data is there at once: its responder is called before anything else is done. */
      function decode(): Decoded | undefined | Promise<Decoded | undefined> {
        const dropped = (thrown: unknown): undefined => void refused(thrown);
        try {
          const decoded = decoding.decode(undecoded, from);
          return decoded instanceof Promise ? decoded.catch(dropped) : decoded;
        } catch (thrown) {
          return dropped(thrown);
        }
      }

      /** The answer; undefined if the request is not ours. */
      async function respond(): Promise<Uint8Array | undefined> {
        responderOf(type);
        place.hold(payload.byteLength);
        const made = decode();
        const decoded = made instanceof Promise ? await made : made;
        if (!decoded) return undefined;
        // Values that hold far more than their bytes count as what they are.
        const more = undecoded.held - heavy * payload.byteLength;
        if (more > 0) place.change(payload.byteLength + more);
        try {
          return await answer(head, { type, timestamp, senderId: from, data: decoded.data });
        } finally {
          decoded.release();
        }
      }

      async function send(answered: Uint8Array): ReturnType<Reply> {
        place.change(answered.byteLength);
        return reply('response', answered);
      }

      async function serve(): Promise<void> {
        const sent = await respond()
          .then((answered) => answered && send(answered))
          .catch((thrown: unknown) => {
            place.release();
            return reply('failure', failureOf(no, thrown));
          });
        place.leave();
        await sent?.delivered;
      }

      void serve()
        .catch(trouble)
        .finally(() => {
          place.leave();
          place.release();
        });
    },
    renew: open.renew,
  };
}
