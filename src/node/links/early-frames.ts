import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { SessionFrame } from '../../protocol/message-session/message-session.ts';

/** Frames of messages that come while a channel has no user: the other side may have the link a moment before this one. */
export class EarlyFrames {
  readonly #frames: SessionFrame[] = [];
  #bytes = 0;

  /** Throws {@link LanpeerError} `ERR_PROTOCOL` over `limits.link.early` frames or `limits.link.earlyBytes`. */
  keep(frame: SessionFrame): void {
    // A copy: what waits must not keep the whole record that it came in.
    const kept = 'payload' in frame ? { ...frame, payload: Uint8Array.from(frame.payload) } : frame;
    this.#bytes += 'payload' in kept ? kept.payload.byteLength : 0;
    this.#frames.push(kept);
    if (this.#frames.length > limits.link.early || this.#bytes > limits.link.earlyBytes)
      throw new LanpeerError('ERR_PROTOCOL', 'The other end sends messages on a link that is not open.');
  }

  /** Takes all of them out. */
  remove(): readonly SessionFrame[] {
    this.#bytes = 0;
    return this.#frames.splice(0);
  }
}
