import type { StreamFrame } from './byte-stream/frame-types.ts';

/**
 * What a message is to the two ends. `message` is handed over in order and exactly once; `request`, `response` and
 * `failure` exactly once, and they pass large messages; `volatile` at most once.
 */
export const messageKinds = ['message', 'request', 'response', 'failure', 'volatile'] as const;
export type MessageKind = (typeof messageKinds)[number];

/** How much of a stream one side has: every fragment up to `received`, every message up to `handled`. */
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

/** A message, or a part of one. `first` begins a message in a slot; `total` is its length in all. */
export type Body =
  | { readonly kind: 'whole'; readonly of: MessageKind; readonly payload: Uint8Array }
  | {
      readonly kind: 'first';
      readonly of: MessageKind;
      readonly slot: number;
      readonly total: number;
      readonly payload: Uint8Array;
    }
  | { readonly kind: 'more'; readonly slot: number; readonly numbered: boolean; readonly payload: Uint8Array };

/** What a peer says of itself, in frames of the features of these names; `src/protocol/presence` reads their payloads. */
export type PresenceFrame =
  | { readonly kind: 'groups'; readonly payload: Uint8Array }
  | { readonly kind: 'properties'; readonly payload: Uint8Array };

/**
 * What goes over a link. `hello` comes first from both sides and `ready` answers it: who has read both knows that it
 * hears and is heard. `pong` answers the `ping` of that number. `begin` says which fragment of which stream comes next;
 * all bodies but volatile ones are numbered from there on.
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
  | StreamFrame;

export type ControlFrame = Exclude<Frame, Body | StreamFrame | PresenceFrame>;

/** Reads a record, or a frame, from its front. Each throws `ERR_PROTOCOL` when it is cut off. */
export interface Reader {
  /** Bytes that were not read. */
  readonly left: number;
  byte(): number;
  varint(): number;
  bytes(length: number): Uint8Array;
}
