/**
 * A stream of a pair of message sessions: `2 n` for the n-th that this side opened, `2 n + 1` for one that the other side
 * opened. On the wire it is as the sender of the frame sees it.
 */
export type StreamNumber = number;

/** The same stream, as the other side numbers it. */
export const mirrored = (stream: StreamNumber): StreamNumber => (stream % 2 === 0 ? stream + 1 : stream - 1);

export const isOwn = (stream: StreamNumber): boolean => stream % 2 === 0;

export const endKinds = ['aborted', 'refused', 'busy', 'failed'] as const;

/**
 * Why a direction of a stream ends before its end: a program aborted it, no program accepts streams of that type, there are
 * too many, or the program that accepted it threw.
 */
export interface EndReason {
  readonly kind: (typeof endKinds)[number];
  /** Code of the error that a program gave as its reason; empty if there is none. */
  readonly code: string;
  readonly text: string;
}

/** How far the reader of a direction is, in bytes from its beginning. */
export interface Credit {
  /** All before it has come; what follows is sent again over a new carrier. */
  readonly received: number;
  /** All before it was read by the program. */
  readonly read: number;
  /** The sender sends nothing at or behind it. */
  readonly limit: number;
}

/**
 * Frames of byte streams (as the streams of RFC 9000 sections 2 and 3, without packet numbers: a carrier is in order).
 *
 * `attach` comes first on a carrier and names both message sessions by the names of their send streams: without a match
 * nothing of what follows is read. `attached` answers it behind the `credit` of every stream, and what is between them says
 * where to go on. `open` has the number, the type and the data of a new stream. `data` and `reset` are of the direction of
 * their sender, `credit`, `stop` and `done` of that of the other side: `stop` asks for a reset, `done` says that the
 * receiver is through with it.
 */
export type StreamFrame =
  | { readonly kind: 'attach'; readonly carrier: number; readonly own: string; readonly other: string }
  | { readonly kind: 'attached'; readonly carrier: number }
  | { readonly kind: 'open'; readonly stream: StreamNumber; readonly type: string; readonly data: Uint8Array }
  | {
      readonly kind: 'data';
      readonly stream: StreamNumber;
      readonly offset: number;
      readonly last: boolean;
      readonly bytes: Uint8Array;
    }
  | ({ readonly kind: 'credit'; readonly stream: StreamNumber } & Credit)
  | ({ readonly kind: 'reset' | 'stop'; readonly stream: StreamNumber } & { readonly reason: EndReason })
  | { readonly kind: 'done'; readonly stream: StreamNumber };
