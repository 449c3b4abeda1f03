import type { LanpeerError } from '../errors.ts';
import type { DeviceId } from '../protocol/device-id.ts';

/**
 * Message types of a program and the data of each; for a request a function from its data to its answer. Any type and
 * any data, unless they are declared.
 */
export type MessageMap = Record<string, unknown>;

/** What message types can be declared by: an interface or a type whose keys are the types. */
export type MessageTypes<Messages> = { readonly [Type in keyof Messages]: unknown };

type AnyCall = (data: never) => unknown;

/** The types of `Messages` that are messages. */
export type MessageType<Messages> = {
  [Type in keyof Messages & string]: Messages[Type] extends AnyCall ? never : Type;
}[keyof Messages & string];

/** The types of `Messages` that are requests. */
export type RequestType<Messages> = {
  [Type in keyof Messages & string]: unknown extends Messages[Type]
    ? Type
    : Messages[Type] extends AnyCall
      ? Type
      : never;
}[keyof Messages & string];

/** The data of a request that is declared as `(data) => answer`. */
export type RequestData<Call> = Call extends (data: infer Data) => unknown ? Data : unknown;

/** Its answer; a responder may give a promise of it. */
export type RequestAnswer<Call> = Call extends (data: never) => infer Answer ? Answer : unknown;

/** A message as handlers and streams get it. */
export interface Message<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
  /** The group that it was sent to; not there for a message to this node alone, or to all peers of its sender. */
  readonly group?: string;
  /** Set from the link that it came over, never read from the wire. */
  readonly senderId: DeviceId;
  /** Sender's wall clock, ms since the epoch, may have a fraction. */
  readonly timestamp: number;
}

/** Each type of `Messages` as a {@link Message} with the data of `Received`, as one union that `type` discriminates. */
export type AnyMessage<Messages extends MessageTypes<Messages>, Received extends MessageTypes<Messages> = Messages> = {
  [Type in MessageType<Messages>]: Message<Type, Received[Type]>;
}[MessageType<Messages>];

/** A request as responders get it. */
export type RequestContext<Type extends string = string, Data = unknown> = Message<Type, Data>;

/**
 * `delivered`: its handlers there have settled. `unsent`: it certainly did not arrive; it may be sent again. `unknown`:
 * it may have arrived, an acknowledgement can be lost with a process. `refused`: it was for a group that the peer was not in
 * any more, and no handler had it.
 */
export type DeliveryOutcome = 'delivered' | 'unsent' | 'unknown' | 'refused';

/** An accepted message. */
export interface Receipt {
  /** Settles once the outcome is known; never rejects. */
  readonly delivered: Promise<DeliveryOutcome>;
}

export type BroadcastResult =
  | { readonly ok: true; readonly receipt: Receipt }
  | { readonly ok: false; readonly error: LanpeerError };

/**
 * What a call to several peers gives: a promise of all results, and each as it settles. `for await` gives those that are
 * there and then each further one, by id, until every peer that was connected at the call has its own. A loop that is left
 * ends nothing: what was sent stays sent, open requests stay open until their answer, their time limit or the `signal` of
 * the call, and the promise resolves as if there had been no loop. Several loops get the same. Where the call rejects, so
 * does the loop.
 */
export interface PeerResults<Result>
  extends Promise<ReadonlyMap<DeviceId, Result>>,
    AsyncIterable<readonly [id: DeviceId, result: Result], undefined> {}

/** Read once, at the call; an option that is not known is `ERR_OPTION`, as with all options. */
export interface SendOptions {
  /** With false a full queue rejects at once with `ERR_BACKPRESSURE`; default true: wait for room. */
  readonly wait?: boolean;
  /**
   * Gives up waiting for room with `ERR_ABORTED`; an accepted message is not recalled. A signal of another realm or of a
   * polyfill will do.
   */
  readonly signal?: AbortSignal;
  /**
   * At most once, for what is worth nothing when it is late: not sent again after a cut, rejected with `ERR_NO_PEER`
   * while there is no link, and its outcome is never `delivered`. It passes large messages. At most 8 MiB.
   */
  readonly volatile?: boolean;
  /**
   * Lends the byte arrays of 4 KiB or more in the data instead of copying them, until `delivered` of the receipt settles
   * (of a broadcast: of all receipts). Bytes that the program changes meanwhile arrive as either. If it transfers or
   * shrinks their memory, the outcome is `unsent`, or `unknown` where a part was on its way and the rest arrives as zeros,
   * and `errors$` reports `ERR_DATA`.
   */
  readonly borrow?: boolean;
}

export interface RequestOptions {
  /**
   * Milliseconds for the answer, waiting for room included; 0 to 2,147,483,647, default 30,000. Infinity: no limit; 0 ends
   * at once.
   */
  readonly timeout?: number;
  /** Gives up with `ERR_ABORTED`; the responder is not told. */
  readonly signal?: AbortSignal;
  /**
   * Lends the byte arrays of 4 KiB or more in the data instead of copying them, until the answer is there. A request that
   * is given up before that may still be on its way. Otherwise as in {@link SendOptions}: the call rejects with `ERR_DATA`
   * if their memory was transferred or shrunk.
   */
  readonly borrow?: boolean;
}

export type RequestResult<Answer> =
  | { readonly ok: true; readonly data: Answer }
  | { readonly ok: false; readonly error: LanpeerError };

/**
 * What happened to the session with a peer, which outlives its links. `opened`: the first link. `resumed`: another link
 * after a time without one, and nothing was lost; a link that takes over from one that is there is not told. `ended`: what this side had sent and had no outcome yet has one now. `gap`: the other side began
 * anew, after a restart or an outage that was too long: messages that it had sent before may never come.
 */
export interface SessionChange {
  readonly id: DeviceId;
  readonly change: 'opened' | 'resumed' | 'ended' | 'gap';
  /** Wall clock, ms. */
  readonly at: number;
}

/** How far a message of more than 1 MiB has come. */
export interface Transfer {
  readonly peerId: DeviceId;
  readonly direction: 'in' | 'out';
  /** Tells the messages of one peer and direction apart. */
  readonly no: number;
  /** Bytes of its payload that the receiver has. */
  readonly bytes: number;
  readonly total: number;
}
