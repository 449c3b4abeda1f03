import type { TransportLink } from '../../adapters/transport/port.ts';
import type { Clock } from '../../environment.ts';
import type { LanpeerError } from '../../errors.ts';
import type { StreamFrame } from '../../protocol/byte-stream/frame-types.ts';
import type { FrameRules } from '../../protocol/features.ts';
import type { BodyFrame, Hello, PresenceFrame } from '../../protocol/frame-types.ts';
import type { SessionFrame } from '../../protocol/message-session/message-session-options.ts';
import type { RecordBuffer } from '../../protocol/record-buffer.ts';
import type { Seal } from '../../protocol/seal.ts';
import type { NodeCounters } from '../monitoring/node-counters.ts';
import type { PeerCounters } from '../monitoring/peer-counters.ts';

/** Facts about a channel. After `down` nothing more comes. */
export interface ChannelEvents {
  /** Both sides heard each other. */
  open(): void;
  silent(): void;
  /** The first frame after `silent`, or the answer to a probe. */
  heard(): void;
  /** The other side has opened it too: something came that it sends on an open link only. */
  used(): void;
  bye(reason: 'disconnect' | 'stopping'): void;
  measured(roundTripMs: number): void;
  down(silent: boolean, error: LanpeerError): void;
}

/** What is not of the link itself. */
export type UserFrame = SessionFrame | BodyFrame | StreamFrame | PresenceFrame;

/** What uses an open channel for messages. A throw ends the channel with `ERR_PROTOCOL`. */
export interface ChannelUser {
  pull(into: RecordBuffer): boolean;
  receive(frame: UserFrame): void;
}

/** Bytes that went and came. */
export type ByteCounters = Pick<PeerCounters, 'bytesSent' | 'bytesReceived'>;

export interface ChannelDeps {
  readonly link: Pick<TransportLink, 'send' | 'bufferedAmount'>;
  readonly highWater: number;
  readonly recordBytes: number;
  /** Null if the transport is sealed itself. */
  readonly seal: Seal | null;
  readonly rules: FrameRules;
  /** What this side says first, asked for when it does. */
  readonly hello: () => Hello;
  readonly clock: Clock;
  readonly counters: NodeCounters;
  /** Counters of the peer, asked for when this side greets. */
  readonly peerCounters: () => ByteCounters;
  readonly events: ChannelEvents;
}
