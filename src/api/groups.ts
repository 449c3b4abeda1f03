import type { Observable } from 'rxjs';
import type { DeviceId } from '../protocol/device-id.ts';
import type {
  AnyMessage,
  BroadcastResult,
  MessageMap,
  MessageType,
  MessageTypes,
  PeerResults,
  RequestAnswer,
  RequestData,
  RequestOptions,
  RequestResult,
  RequestType,
  SendOptions,
} from './messages.ts';
import type { Peer, PropertyMap } from './peers.ts';

/** The ids of the peers in each group. */
export type Groups = ReadonlyMap<string, ReadonlySet<DeviceId>>;

/**
 * A group that this node has joined, until {@link leave}. What is sent to it goes to its members alone, and is handed over
 * only where the node of the member is in the group at that moment: it comes to handlers and responders as any other, with
 * the name of the group.
 */
export interface Group<
  Messages extends MessageTypes<Messages> = MessageMap,
  Properties extends object = PropertyMap,
  Received extends MessageTypes<Messages> = Messages,
> {
  readonly name: string;
  /** The peers that are in it, without this node: {@link Peer.groups}, as that says. Completes with the stop, and with {@link leave}. */
  readonly members: ReadonlyMap<DeviceId, Peer<Properties>>;
  /** Current value of {@link members} first, then at every change of them. */
  readonly members$: Observable<ReadonlyMap<DeviceId, Peer<Properties>>>;
  /** Hot: messages to this group. */
  readonly messages$: Observable<AnyMessage<Messages, Received>>;
  /**
   * One result for each member, as those of `broadcast`. The receipt says `refused` where the peer had left when the message
   * came. Rejects with `ERR_TYPE`, `ERR_DATA`, `ERR_SCHEMA`, `ERR_NOT_RUNNING`, and `ERR_NOT_MEMBER` after {@link leave}.
   */
  send<Type extends MessageType<Messages>>(
    type: Type,
    data: Messages[Type],
    options?: SendOptions,
  ): PeerResults<BroadcastResult>;
  /** As `request` of the node. Rejects with `ERR_NOT_MEMBER` as well: the peer is not in the group, or this node has left it. */
  request<Type extends RequestType<Messages>>(
    to: DeviceId,
    type: Type,
    data: RequestData<Messages[Type]>,
    options?: RequestOptions,
  ): Promise<Awaited<RequestAnswer<Received[Type]>>>;
  /** As `requestAll` of the node, of each member. Rejects as {@link send}. */
  requestAll<Type extends RequestType<Messages>>(
    type: Type,
    data: RequestData<Messages[Type]>,
    options?: RequestOptions,
  ): PeerResults<RequestResult<Awaited<RequestAnswer<Received[Type]>>>>;
  /** Leaves it, if nothing else of this program is in it: each `join` is left for itself. Idempotent. */
  leave(): void;
}
