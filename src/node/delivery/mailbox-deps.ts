import type { DeliveryOutcome } from '../../api/messages.ts';
import type { Clock } from '../../environment.ts';
import type { MessageKind } from '../../protocol/frame-types.ts';
import type { CarriedBodies } from '../../protocol/message-session/carried-bodies.ts';
import type { Unfinished } from '../../protocol/message-session/unfinished.ts';
import type { Pool } from '../../protocol/message-session/window.ts';
import type { Payload } from '../../protocol/payload.ts';
import type { RecordBuffer } from '../../protocol/record-buffer.ts';
import type { CarriedFrame } from '../byte-streams/stream-sources.ts';
import type { Channel } from '../links/channel.ts';
import type { PeerCounters } from '../monitoring/peer-counters.ts';
import type { PeerPresence } from '../presence/peer-presence.ts';
import type { HeldMemory } from './arrival-order.ts';

/** What happened to the message session of a mailbox. `ended`: everything that was accepted has its outcome. */
export type SessionChangeKind = 'opened' | 'resumed' | 'ended' | 'gap';

/** Where a mailbox delivers the messages of its peer. */
export interface MessageReceiver {
  /** Asked before a message but a volatile one is whole: what it throws ends the link, and it comes again over the next. */
  admit(kind: MessageKind, bytes: number): void;
  /** Calls `handled` once when the handlers have settled. Throws `ERR_PROTOCOL` if it is not a message of that kind. */
  receive(kind: MessageKind, payload: Payload, handled: () => void): void;
}

export interface MailboxEvents {
  /** Bytes of the n-th message that does not fit into a record that have arrived. */
  progress(no: number, received: number, total: number): void;
  settled(kind: MessageKind, outcome: DeliveryOutcome): void;
  changed(change: SessionChangeKind): void;
  /** Its session ended long ago: the mailbox can be removed. */
  expired(): void;
}

/** The byte streams of the peer, which share its message session. */
export interface MailboxStreams {
  /** Both message sessions are known. */
  paired(pair: { readonly own: string; readonly other: string }, bodies: CarriedBodies): void;
  /** One of them has ended. */
  ended(): void;
  link(channel: Channel): void;
  unlink(): void;
  pull(into: RecordBuffer): boolean;
  receive(frame: CarriedFrame): void;
  /** Streams are open. */
  readonly isBusy: boolean;
  /** The mailbox is not used any more. */
  close(): void;
}

export interface MailboxDeps {
  readonly clock: Clock;
  readonly peerCounters: PeerCounters;
  readonly pool: Pool;
  /** Memory of unfinished messages. */
  readonly unfinished?: Unfinished;
  /** Memory of messages that wait for one in front of them. */
  readonly held: HeldMemory;
  /** What the peer says of itself, and is told of this node. */
  readonly presence: PeerPresence;
  /** A new name for a stream: 16 random hexadecimal characters. */
  readonly makeId: () => string;
  readonly receiver: MessageReceiver;
  readonly streams: MailboxStreams;
  readonly events: MailboxEvents;
}

export interface MailboxOptions {
  /** Largest message that this node accepts, in bytes and in values. */
  readonly maxMessageBytes: number;
  readonly maxMessageItems?: number;
}

/** How a mailbox stands to its peer. Only the mailbox writes it. */
export interface MailboxState {
  /** The link that it has at the moment. */
  channel: Channel | undefined;
  /** True from its first link on, until its session ends. */
  usable: boolean;
  /** Counts the sessions of the peer: what was received in one generation is not answered in another. */
  generation: number;
}
