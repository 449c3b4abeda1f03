import type { DeviceId } from '../protocol/device-id.ts';
import type {
  AnyMessage,
  BroadcastResult,
  Message,
  MessageMap,
  MessageType,
  MessageTypes,
  PeerResults,
  Receipt,
  RequestAnswer,
  RequestContext,
  RequestData,
  RequestOptions,
  RequestResult,
  RequestType,
  SendOptions,
} from './messages.ts';

/** What a node sends to its peers and takes from them. With schemas, `Received` is what these make of it. */
export interface MessageCalls<
  Messages extends MessageTypes<Messages> = MessageMap,
  Received extends MessageTypes<Messages> = Messages,
> {
  /**
   * Resolves when the message is accepted: then it is handed over exactly once and in order over any number of links,
   * while both processes live and no outage lasts 5 minutes; else its outcome is told. Waits while the window to the peer is
   * full. The data is captured before the call returns, bytes among it: the program may use them again. It arrives equal, or
   * it is `ERR_DATA`, which says what to give instead. In a callback that tells of a connected peer it goes to the run of the
   * peer that is there now. Rejects with `ERR_NO_PEER`, `ERR_TYPE`, `ERR_DATA`, `ERR_TOO_LARGE`, `ERR_BACKPRESSURE`,
   * `ERR_ABORTED`, `ERR_OPTION`; with schemas `ERR_SCHEMA`.
   */
  send<Type extends MessageType<Messages>>(
    to: DeviceId,
    type: Type,
    data: Messages[Type],
    options?: SendOptions,
  ): Promise<Receipt>;
  /**
   * One result per peer that is connected now: all of them, or each as soon as that peer accepts the message or refuses it
   * ({@link PeerResults}), so that a peer with a full window delays no other. Rejects with `ERR_TYPE`, `ERR_DATA`
   * or `ERR_SCHEMA`; the data is captured as by {@link send}.
   */
  broadcast<Type extends MessageType<Messages>>(
    type: Type,
    data: Messages[Type],
    options?: SendOptions,
  ): PeerResults<BroadcastResult>;
  /**
   * Registers a handler; several may share a type. A message is acknowledged when its handlers have settled, and a promise
   * of a handler is waited for. One that throws or rejects is reported on `errors$` as `ERR_HANDLER`, and the sender
   * is told `delivered` all the same. The message is the program's to keep; its handlers share one object. Returns the
   * function that takes it off. Throws `ERR_TYPE`, and `ERR_OPTION` for what is no function.
   */
  handle<Type extends MessageType<Messages>>(
    type: Type,
    handler: (message: Message<Type, Received[Type]>) => unknown,
  ): () => void;
  /**
   * Registers a handler of every message; acknowledgement waits for it as for the others, so that it can hold senders
   * back. Returns the function that takes it off. Throws `ERR_OPTION` for what is no function.
   */
  handleAll(handler: (message: AnyMessage<Messages, Received>) => unknown): () => void;
  /**
   * Asks a peer and resolves with its answer. Requests and answers pass large messages, and do not wait for the handlers
   * of messages: a handler may await a request to the sender of its message. At most 256 are open with a peer; others
   * wait. The data is captured before the call returns, also where the request waits. Rejects with `ERR_TIMEOUT`,
   * `ERR_ABORTED`, `ERR_NO_PEER`, `ERR_TYPE`, `ERR_DATA`, `ERR_TOO_LARGE`, `ERR_OPTION`; with
   * `ERR_UNSENT` or `ERR_UNKNOWN_OUTCOME` when the session ended first; with `ERR_NO_RESPONDER` or `ERR_BUSY` of the
   * peer; with `ERR_SCHEMA` where the data, or the answer, does not fit on either side; or with the error that the responder threw: with its code if that is one of lanpeer's, else with
   * `ERR_RESPONDER` and its code as `remoteCode`.
   */
  request<Type extends RequestType<Messages>>(
    to: DeviceId,
    type: Type,
    data: RequestData<Messages[Type]>,
    options?: RequestOptions,
  ): Promise<Awaited<RequestAnswer<Received[Type]>>>;
  /**
   * Asks every peer that is connected now: one result each, all of them or each as it comes ({@link PeerResults}). A peer
   * that leaves has the code of {@link request}. Rejects with `ERR_TYPE`, `ERR_DATA` or `ERR_SCHEMA` before that.
   */
  requestAll<Type extends RequestType<Messages>>(
    type: Type,
    data: RequestData<Messages[Type]>,
    options?: RequestOptions,
  ): PeerResults<RequestResult<Awaited<RequestAnswer<Received[Type]>>>>;
  /**
   * Registers the responder of a type of request; each has one (`ERR_OPTION`). Throws as {@link handle}. What it returns is captured when it returns,
   * or when its promise settles. What it throws is the answer, and is reported on `errors$` as `ERR_HANDLER`; so is an
   * answer that cannot be carried. Returns the function that takes it off.
   */
  respond<Type extends RequestType<Messages>>(
    type: Type,
    responder: (
      request: RequestContext<Type, RequestData<Received[Type]>>,
    ) => RequestAnswer<Messages[Type]> | Promise<Awaited<RequestAnswer<Messages[Type]>>>,
  ): () => void;
}
