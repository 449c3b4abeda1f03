import type { ReadableStream, WritableStream } from 'node:stream/web';
import type { DeviceId } from '../protocol/device-id.ts';

/** Read once, at the call; an option that is not known is `ERR_OPTION`, as with all options. */
export interface OpenStreamOptions {
  /** Goes with the opening, as the data of a message: 4 KiB at most, encoded. */
  readonly data?: unknown;
  /** Gives up waiting with `ERR_ABORTED`; once the stream is open, it is aborted as by {@link PeerStream.abort}. */
  readonly signal?: AbortSignal;
}

/**
 * A byte stream to a program at a peer, one direction each way, at either end. It belongs to the message session, not to a
 * link: over a cut it goes on where it was. When that session ends (`ERR_STREAM_LOST`: a restart, an outage of 5 minutes,
 * `disconnect`), or the program at the other end aborts it (`ERR_STREAM_ABORTED`), the directions that were not over are
 * errored, at both ends.
 */
export interface PeerStream<Data = unknown> {
  readonly peerId: DeviceId;
  readonly type: string;
  /** What it was opened with; null if there was nothing. */
  readonly data: Data;
  /**
   * What the other program writes, as a byte stream (WHATWG Streams, section 4.2). Nothing is read ahead of the program: what
   * it does not take holds the writer back. `cancel` errors the writable at the other end.
   */
  readonly readable: ReadableStream<Uint8Array>;
  /**
   * What the other program reads (WHATWG Streams, section 5). A write resolves when its bytes are taken, which are the
   * program's again then. `close` resolves when the other program has read all of them, whatever happens to the other
   * direction. `abort` errors the readable at the other end, which drops what was not read. Writes of anything but a
   * `Uint8Array` are a TypeError.
   */
  readonly writable: WritableStream<Uint8Array>;
  /** Bytes that were written here, and how many of them the other program has certainly read. */
  readonly sent: { readonly written: number; readonly read: number };
  /** Bytes that came, and how many of them this program has read. */
  readonly received: { readonly arrived: number; readonly read: number };
  /** Resolves when both directions are over, in whatever way; never rejects. */
  readonly closed: Promise<void>;
  /**
   * Ends both directions at once, also at the other end, which gets the reason: its message, and its `code` as `remoteCode`.
   * Idempotent.
   */
  abort(reason?: unknown): void;
}

/** The part of a node that is about byte streams. */
export interface StreamCalls {
  /**
   * Opens a byte stream to a peer: resolves when a handler of that type has it there. At most 128 that this side opened are
   * open with a peer; others wait. Rejects with `ERR_NO_PEER`, `ERR_TYPE`, `ERR_DATA`, `ERR_TOO_LARGE` (the data),
   * `ERR_STREAM_REFUSED` (no handler there), `ERR_STREAM_ABORTED`, `ERR_STREAM_LOST`, `ERR_BUSY`, `ERR_VERSION` (the peer
   * knows no streams), `ERR_ABORTED`, `ERR_OPTION`.
   */
  openStream(to: DeviceId, type: string, options?: OpenStreamOptions): Promise<PeerStream>;
  /**
   * Registers the handler of streams that peers open with that type; each has one (`ERR_OPTION`). The stream stays open when
   * the handler returns. One that throws or rejects aborts it at both ends, and is reported on `errors$` as `ERR_HANDLER`.
   * Returns the function that takes it off; streams that are open stay. Throws `ERR_TYPE`, and `ERR_OPTION` for what is no
   * function.
   */
  acceptStream<Data = unknown>(type: string, handler: (stream: PeerStream<Data>) => unknown): () => void;
}
