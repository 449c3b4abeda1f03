import type { StreamFrame } from './byte-stream/frame-types.ts';

/**
 * What a message is to the two ends. `message` is handed over in order and exactly once; `request`, `response` and
 * `failure` exactly once, and they pass large messages; `volatile` at most once.
 */
export const messageKinds = ['message', 'request', 'response', 'failure', 'volatile'] as const;
export type MessageKind = (typeof messageKinds)[number];

/** How much of a stream one side has: every numbered message up to `received`, every session message up to `handled`. */
export interface Progress {
  readonly received: number;
  readonly handled: number;
}

/**
 * The first frame on a link, from both sides: what this side has of the other's stream, and what it takes. It may be
 * older than what came over another link meanwhile. `stream` is null before there was any; `resumable` is false when its
 * unfinished parts are gone.
 */
export interface Hello extends Progress {
  /** Names this side's memory of the other: another one knows nothing of what was before. */
  readonly session: string;
  readonly stream: string | null;
  readonly resumable: boolean;
  /** Largest message that this side takes, in bytes. */
  readonly maxMessageBytes: number;
  /** Most values in a message; 100,000 if it does not say. */
  readonly maxMessageItems?: number;
}

/** A message, or the place of a session message whose bytes go over the carrier of byte streams. */
export type Body =
  | { readonly kind: 'whole'; readonly of: MessageKind; readonly payload: Uint8Array }
  | { readonly kind: 'reference' };

/** Where a part of a message stands: at that offset of a lane of its send stream, which counts the bytes of all its bodies. */
export interface BodyPlace {
  readonly lane: number;
  readonly offset: number;
}

/** A message of a kind begins, of so many bytes in all. */
export interface BodyHead {
  readonly of: MessageKind;
  readonly total: number;
}

/** A part of a message; the first one has its head. */
export type BodyPart = BodyPlace & { readonly bytes: Uint8Array } & (
    | ({ readonly kind: 'bodyBegin' } & BodyHead)
    | { readonly kind: 'bodyMore' }
  );

/** How far the other side of a lane is. */
export interface BodyCredit {
  readonly lane: number;
  /** All before it has come. */
  readonly received: number;
  /** The sender sends nothing at or behind it. */
  readonly limit: number;
  /** What is behind `received` was dropped: it has to be sent again. */
  readonly rewind: boolean;
}

/** Frames of messages that do not fit into a record: over a carrier of byte streams. */
export type BodyFrame = BodyPart | ({ readonly kind: 'bodyCredit' } & BodyCredit);

/** What a peer says of itself, in frames of the features of these names; `src/protocol/presence` reads their payloads. */
export type PresenceFrame =
  | { readonly kind: 'groups'; readonly payload: Uint8Array }
  | { readonly kind: 'properties'; readonly payload: Uint8Array };

/**
 * What goes over a link. `hello` comes first from both sides and `ready` answers it: who has read both knows that it
 * hears and is heard. `pong` answers the `ping` of that number. `begin` says which message of which stream comes next;
 * all but volatile ones are numbered from there on.
 */
export type Frame =
  | ({ readonly kind: 'hello' } & Hello)
  | { readonly kind: 'ready' }
  | { readonly kind: 'ping' | 'pong'; readonly no: number }
  | { readonly kind: 'bye'; readonly reason: 'disconnect' | 'stopping' }
  | { readonly kind: 'begin'; readonly stream: string; readonly next: number }
  | ({ readonly kind: 'ack' } & Progress)
  | PresenceFrame
  | Body
  | BodyFrame
  | StreamFrame;

export type ControlFrame = Exclude<Frame, Body | BodyFrame | StreamFrame | PresenceFrame>;

/** Reads a record, or a frame, from its front. Each throws `ERR_PROTOCOL` when it is cut off. */
export interface Reader {
  /** Bytes that were not read. */
  readonly left: number;
  byte(): number;
  varint(): number;
  bytes(length: number): Uint8Array;
}
