import type { LanpeerError } from '../../errors.ts';
import type { Body, Frame, MessageKind } from '../frame-types.ts';
import type { AssemblyRoom } from '../message-bodies/incoming-bodies.ts';
import type { Payload } from '../payload.ts';
import type { Pool } from './window.ts';

/** What became of the stream to the other side when a link was attached. `ended`: what had no outcome yet has one now. */
export type Attached = 'new' | 'resumed' | 'ended';

/** Frames of a session; the others are of the link. */
export type SessionFrame = Body | Extract<Frame, { readonly kind: 'begin' | 'ack' }>;

export interface MessageSessionOptions {
  /** A new name for a stream: 16 hexadecimal characters of chance. */
  readonly makeId: () => string;
  /** Largest message that this side takes, in bytes and in values. */
  readonly maxMessageBytes: number;
  readonly maxMessageItems?: number;
  readonly pool: Pool;
  /** A message came; `handled` is called once when its handlers have settled. Throws `ERR_PROTOCOL` if it is not ours. */
  readonly deliver: (of: MessageKind, payload: Payload, handled: () => void) => void;
  /** A session message has its place here, and comes later: what is delivered after it waits. */
  readonly expect: (handled: () => void) => void;
  /** The first of those came. Throws as `deliver`. */
  readonly arrive: (payload: Payload) => void;
  /**
   * The other side is about to go on with a new stream: messages of the old one that had not come are not going to.
   * What it throws ends the link, and nothing has changed.
   */
  readonly gap: () => void;
  /** Bytes of the n-th message that does not fit into a record that are there. */
  readonly progress: (no: number, received: number, total: number) => void;
  /** What came cannot be taken now, or breaks the protocol: the link is to end with that. */
  readonly refused: (error: LanpeerError) => void;
  /** Asked before a message but a volatile one is whole: what it throws ends the link, and it comes again over the next. */
  readonly admit?: (of: MessageKind, bytes: number) => void;
  /** Memory of unfinished messages. */
  readonly room?: AssemblyRoom;
}
