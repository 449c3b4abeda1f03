import type { RequestContext } from '../../api/messages.ts';
import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { encodeResponse, type RequestHead, scanRequest } from '../../protocol/message.ts';
import type { MemoryShares } from '../../protocol/message-session/memory-shares.ts';
import type { Payload } from '../../protocol/payload.ts';
import { settle } from '../../util/thenable.ts';
import type { CallbackThrew } from '../monitoring/error-reporter.ts';
import { ownBytes } from './copy-bytes.ts';
import { DataDecoder } from './data-decoder.ts';
import { InboundRequest, type Reply } from './inbound-request.ts';
import { InboundRequestLimit } from './inbound-request-limit.ts';
import type { Schemas } from './schemas.ts';

export type Responder = (request: RequestContext) => unknown;

export interface RespondersDeps {
  /** A responder threw, or its answer cannot be carried. */
  readonly callbackThrew: CallbackThrew;
  /** A defect of this node. */
  readonly onError: (error: unknown) => void;
  /** Whether this node is in that group; default: in none. */
  readonly isIn?: (group: string) => boolean;
  /** Memory of open requests and of answers. */
  readonly shares?: MemoryShares;
  readonly decoder?: DataDecoder;
  readonly schemas?: Schemas | undefined;
}

export interface RespondersOptions {
  /** Most values in a request, and in an answer. */
  readonly items?: number;
}

/** The embedding program's answers to requests, by type. */
export class Responders {
  readonly #callbackThrew: CallbackThrew;
  readonly #onError: (error: unknown) => void;
  readonly #decoder: DataDecoder;
  readonly #schemas: Schemas | undefined;
  readonly #items: number;
  readonly #byType = new Map<string, Responder>();
  readonly #open: InboundRequestLimit;
  readonly #isIn: (group: string) => boolean;
  readonly #check = ({ type, group }: RequestHead): void => {
    if (group !== undefined && !this.#isIn(group)) throw new LanpeerError('ERR_NOT_MEMBER');
    this.#of(type);
  };
  readonly #respond = (head: RequestHead, request: RequestContext): Promise<Payload> => this.#answer(head, request);

  constructor(deps: RespondersDeps, { items = limits.messages.items }: RespondersOptions = {}) {
    this.#callbackThrew = deps.callbackThrew;
    this.#onError = deps.onError;
    this.#isIn = deps.isIn ?? (() => false);
    this.#decoder = deps.decoder ?? new DataDecoder();
    this.#schemas = deps.schemas;
    this.#items = items;
    this.#open = new InboundRequestLimit(deps.shares);
  }

  /** Throws `ERR_OPTION` if the type has one already: a request has one answer. Returns what removes it. */
  add(type: string, responder: Responder): () => void {
    if (this.#byType.has(type))
      throw new LanpeerError('ERR_OPTION', `Requests of type ${type} have a responder already.`);
    this.#byType.set(type, responder);
    return () => {
      if (this.#byType.get(type) === responder) this.#byType.delete(type);
    };
  }

  /** Throws if another request of that peer may not come now: `ERR_PROTOCOL`, or `ERR_BUSY`. */
  admit(from: DeviceId): void {
    this.#open.admit(from);
  }

  /**
   * A request arrived. Throws what {@link admit} throws, and `ERR_PROTOCOL` if it is not one; `refused` is called instead
   * where that shows later. The errors of the responder are its answer.
   */
  receive(from: DeviceId, payload: Payload, reply: Reply, refused: (error: unknown) => void = this.#onError): void {
    this.#open.admit(from);
    const { head, ...undecoded } = scanRequest(ownBytes(payload), this.#items);
    const request = { from, head, byteLength: payload.byteLength, undecoded };
    const decoder = this.#decoder;
    const onError = this.#onError;
    const deps = { decoder, reply, refused, onError, check: this.#check, respond: this.#respond };
    new InboundRequest(request, this.#open.open(from), deps).start();
  }

  /** What that peer requests from now on is of another session. */
  renew(from: DeviceId): void {
    this.#open.renew(from);
  }

  async #answer({ no, type }: RequestHead, received: RequestContext): Promise<Payload> {
    const responder = this.#of(type);
    const schemas = this.#schemas;
    const checked = schemas === undefined ? received : schemas.receiveRequest(received);
    const request = checked instanceof Promise ? await checked : checked;
    let action: string | undefined;
    const encode = (result: unknown): Payload => {
      action = 'gave back what cannot be carried';
      return encodeResponse(no, result, this.#items);
    };
    try {
      const answer = await encodeResult(responder(request), encode);
      const fits = schemas?.checkAnswer(type, answer);
      if (fits !== undefined) await fits;
      return answer;
    } catch (error) {
      this.#callbackThrew(`The responder of requests of type ${type}`, error, action);
      throw error;
    }
  }

  #of(type: string): Responder {
    const responder = this.#byType.get(type);
    if (responder) return responder;
    throw new LanpeerError('ERR_NO_RESPONDER', `Nobody answers requests of type ${type}.`);
  }
}

/** Encodes the result of a responder at once when it is there: the program may use the object again, for the next answer. */
function encodeResult(result: unknown, encode: (result: unknown) => Payload): Promise<Payload> {
  return new Promise((resolve, reject) => {
    const fulfilled = (value: unknown): void => {
      try {
        resolve(encode(value));
      } catch (error) {
        reject(error);
      }
    };
    settle(result, { fulfilled, rejected: reject });
  });
}
