import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { StreamFrame } from '../../protocol/byte-stream/frame-types.ts';
import type { SessionFrame } from '../../protocol/message-session/message-session.ts';

type EarlyFrame = SessionFrame | StreamFrame;

/** Bytes of a message or of a stream; views of the record. */
function ownBytesOf(frame: EarlyFrame): EarlyFrame {
  if ('payload' in frame) return { ...frame, payload: Uint8Array.from(frame.payload) };
  if (frame.kind === 'data') return { ...frame, bytes: Uint8Array.from(frame.bytes) };
  return frame.kind === 'open' ? { ...frame, data: Uint8Array.from(frame.data) } : frame;
}

function sizeOf(frame: EarlyFrame): number {
  if ('payload' in frame) return frame.payload.byteLength;
  if (frame.kind === 'data') return frame.bytes.byteLength;
  return frame.kind === 'open' ? frame.data.byteLength : 0;
}

/** Frames of messages that come while a channel has no user: the other side may have the link a moment before this one. */
export class EarlyFrames {
  readonly #frames: EarlyFrame[] = [];
  #bytes = 0;

  /** Throws {@link LanpeerError} `ERR_PROTOCOL` over `limits.link.early` frames or `limits.link.earlyBytes`. */
  keep(frame: EarlyFrame): void {
    // A copy: what waits must not keep the whole record that it came in.
    this.#bytes += sizeOf(frame);
    this.#frames.push(ownBytesOf(frame));
    if (this.#frames.length > limits.link.early || this.#bytes > limits.link.earlyBytes)
      throw new LanpeerError('ERR_PROTOCOL', 'The other end sends messages on a link that is not open.');
  }

  /** Takes all of them out. */
  remove(): readonly EarlyFrame[] {
    this.#bytes = 0;
    return this.#frames.splice(0);
  }
}
