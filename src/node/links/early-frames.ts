import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { UserFrame } from './channel-deps.ts';

/** Bytes of a message or of a stream; views of the record. */
function ownBytesOf(frame: UserFrame): UserFrame {
  if ('payload' in frame) return { ...frame, payload: Uint8Array.from(frame.payload) };
  if ('bytes' in frame) return { ...frame, bytes: Uint8Array.from(frame.bytes) };
  return frame.kind === 'open' ? { ...frame, data: Uint8Array.from(frame.data) } : frame;
}

function sizeOf(frame: UserFrame): number {
  if ('payload' in frame) return frame.payload.byteLength;
  if ('bytes' in frame) return frame.bytes.byteLength;
  return frame.kind === 'open' ? frame.data.byteLength : 0;
}

/** Frames of messages that come while a channel has no user: the other side may have the link a moment before this one. */
export class EarlyFrames {
  readonly #frames: UserFrame[] = [];
  #bytes = 0;

  /** Throws {@link LanpeerError} `ERR_PROTOCOL` over `limits.link.early` frames or `limits.link.earlyBytes`. */
  keep(frame: UserFrame): void {
    // A copy: what waits must not keep the whole record that it came in.
    this.#bytes += sizeOf(frame);
    this.#frames.push(ownBytesOf(frame));
    if (this.#frames.length > limits.link.early || this.#bytes > limits.link.earlyBytes)
      throw new LanpeerError('ERR_PROTOCOL', 'The other end sends messages on a link that is not open.');
  }

  /** Takes all of them out. */
  remove(): readonly UserFrame[] {
    this.#bytes = 0;
    return this.#frames.splice(0);
  }
}
