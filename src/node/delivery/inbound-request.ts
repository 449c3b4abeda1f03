import type { RequestContext } from '../../api/messages.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { encodeFailure, type RequestHead } from '../../protocol/message.ts';
import type { Payload } from '../../protocol/payload.ts';
import { codeOf, messageOf } from '../../util/thrown.ts';
import type { DataDecoder, Decoded, Undecoded } from './data-decoder.ts';
import type { OpenRequest } from './inbound-request-limit.ts';

/**
 * Sends an answer. Resolves when the session accepts it, with what resolves when the answer has its outcome; rejects when
 * it cannot be carried.
 */
export type Reply = (
  kind: 'response' | 'failure',
  payload: Payload,
) => Promise<{ readonly delivered: Promise<unknown> } | undefined>;

export interface RequestServiceDeps {
  readonly decoder: DataDecoder;
  readonly reply: Reply;
  /** Throws `ERR_NOT_MEMBER` or `ERR_NO_RESPONDER` if the program answers no such requests. */
  readonly check: (head: RequestHead) => void;
  /** Calls the responder. The encoded answer; rejects with what the responder threw. */
  readonly respond: (head: RequestHead, request: RequestContext) => Promise<Payload>;
  /** The data broke the protocol: the request is not answered. */
  readonly refused: (error: unknown) => void;
  /** A defect of this node. */
  readonly onError: (error: unknown) => void;
}

/** A request of a peer that arrived. */
export interface ReceivedRequest {
  readonly from: DeviceId;
  readonly head: RequestHead;
  readonly byteLength: number;
  readonly undecoded: Undecoded;
}

/** Values may hold so many times their bytes before the rest counts. */
const expansion = 8;

/** Answers one request, from its bytes to the outcome of its answer. */
export class InboundRequest {
  readonly #request: ReceivedRequest;
  readonly #open: OpenRequest;
  readonly #deps: RequestServiceDeps;

  constructor(request: ReceivedRequest, open: OpenRequest, deps: RequestServiceDeps) {
    this.#request = request;
    this.#open = open;
    this.#deps = deps;
  }

  /** Small data is decoded at once: its responder is called before this returns. */
  start(): void {
    void this.#serve()
      .catch(this.#deps.onError)
      .finally(() => {
        this.#open.close();
        this.#open.release();
      });
  }

  async #serve(): Promise<void> {
    const accepted = await this.#respond()
      .then((answer) => answer && this.#send(answer))
      .catch((error: unknown) => {
        this.#open.release();
        return this.#deps.reply('failure', encodeError(this.#request.head.no, error));
      });
    this.#open.close();
    await accepted?.delivered;
  }

  /** The answer; undefined if the request was refused. */
  async #respond(): Promise<Payload | undefined> {
    const { from, head, byteLength, undecoded } = this.#request;
    const { type, timestamp, group } = head;
    this.#deps.check(head);
    this.#open.acquire(byteLength);
    const made = this.#decode();
    const decoded = made instanceof Promise ? await made : made;
    if (!decoded) return undefined;
    // Values that hold far more than their bytes count as what they are.
    const excess = undecoded.held - expansion * byteLength;
    if (excess > 0) this.#open.resize(byteLength + excess);
    try {
      return await this.#deps.respond(head, {
        type,
        timestamp,
        ...(group !== undefined && { group }),
        senderId: from,
        data: decoded.data,
      });
    } finally {
      decoded.release();
    }
  }

  /** Undefined if the data was refused. */
  #decode(): Decoded | undefined | Promise<Decoded | undefined> {
    const refuse = (error: unknown): undefined => void this.#deps.refused(error);
    try {
      const decoded = this.#deps.decoder.decode(this.#request.undecoded, this.#request.from);
      return decoded instanceof Promise ? decoded.catch(refuse) : decoded;
    } catch (error) {
      return refuse(error);
    }
  }

  async #send(answer: Payload): ReturnType<Reply> {
    this.#open.resize(answer.byteLength);
    return this.#deps.reply('response', answer);
  }
}

/** An error as the requester gets it: with its own code if it has one. */
const encodeError = (no: number, error: unknown): Uint8Array =>
  encodeFailure({ no, code: codeOf(error) ?? 'ERR_RESPONDER', message: messageOf(error) });
