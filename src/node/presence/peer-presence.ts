import type { Clock } from '../../environment.ts';
import { asLanpeerError, type LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { PresenceFrame } from '../../protocol/frame-types.ts';
import type { OwnPresence, Presence } from '../../protocol/presence/presence.ts';
import { PresenceReceiver } from '../../protocol/presence/presence-receiver.ts';
import { PresenceSender } from '../../protocol/presence/presence-sender.ts';
import type { RecordBuffer } from '../../protocol/record-buffer.ts';
import type { Channel } from '../links/channel.ts';

/** The link to a peer: which features it announced, and what writes what is pulled. */
export type PresenceChannel = Pick<Channel, 'features' | 'wake'>;

export interface PeerPresenceDeps {
  readonly clock: Clock;
  /** What this node says of itself. */
  readonly own: () => OwnPresence;
  /** What the peer says of itself has changed. */
  readonly changed: (presence: Presence) => void;
  /** It said what no peer says. */
  readonly refused: (error: LanpeerError) => void;
}

/**
 * What a peer says of itself, and what it is told of this node. The first change is published at once, and then the newest
 * values once in `limits.presence.everyMs`: subscribers are not called as often as a peer likes.
 */
export class PeerPresence {
  readonly #deps: PeerPresenceDeps;
  readonly #sender = new PresenceSender();
  readonly #receiver = new PresenceReceiver();
  #channel: PresenceChannel | undefined;
  #timer: unknown;

  constructor(deps: PeerPresenceDeps) {
    this.#deps = deps;
  }

  /** What was published last. */
  get current(): Presence {
    return this.#receiver.current;
  }

  /** A link to that message session of the peer. */
  link(session: string, channel: PresenceChannel): void {
    this.#channel = channel;
    this.#sender.link(session, channel.features);
    this.#receiver.link(session);
  }

  /** There is something new to say of this node; false if there is no link. */
  wake(): boolean {
    this.#channel?.wake();
    return this.#channel !== undefined;
  }

  /** The link is gone: on the next one the peer says everything again. */
  unlink(): void {
    this.#channel = undefined;
    this.#deps.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** The session with the peer is over. */
  reset(): void {
    this.unlink();
    this.#receiver.reset();
  }

  pull(into: RecordBuffer): boolean {
    return this.#sender.pull(into, this.#deps.own());
  }

  /** Throws {@link LanpeerError} `ERR_PROTOCOL`. */
  receive(frame: PresenceFrame): void {
    this.#receiver.receive(frame);
    if (this.#timer === undefined) this.#publish();
  }

  #publish(): void {
    const presence = this.#receiver.take();
    if (!presence) return;
    this.#timer = this.#deps.clock.setTimeout(() => {
      this.#timer = undefined;
      this.#publishLater();
    }, limits.presence.everyMs);
    this.#deps.changed(presence);
  }

  #publishLater(): void {
    try {
      this.#publish();
    } catch (thrown) {
      this.#deps.refused(asLanpeerError(thrown, 'ERR_PROTOCOL'));
    }
  }
}
