import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';

/** A link that no machine knows any more. */
export interface StoppedLink {
  readonly peerId: DeviceId;
  readonly networkKey: Uint8Array | undefined;
  /** Resolves when the other side has ended it. */
  readonly gone: Promise<void>;
  /** Closes its sockets. */
  close(): Promise<void>;
}

/** A link that was replaced, and which the other side may still use. */
interface Lingering extends Pick<StoppedLink, 'peerId' | 'networkKey'> {
  finish(): void;
}

/** Links that were stopped, until their sockets are closed. */
export class ClosingLinks {
  readonly #clock: Clock;
  readonly #closing = new Set<Promise<unknown>>();
  readonly #lingering = new Set<Lingering>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  closeNow(link: StoppedLink): void {
    this.#add(link.close());
  }

  /** After a bye the other side closes the link; this side does it if that takes too long. */
  closeAfterBye(link: StoppedLink): void {
    const closed = new Promise<void>((resolve) => {
      const finish = (): void => {
        this.#clock.clearTimeout(timer);
        resolve(link.close());
      };
      const timer = this.#clock.setTimeout(finish, limits.link.byeMs);
      void link.gone.then(finish);
    });
    this.#add(closed);
  }

  /**
   * The other side may not know yet that the new link is open, which it learns over that one: until it uses that, the end
   * of the old one would be a loss for it.
   */
  closeReplaced(link: StoppedLink): void {
    const { peerId, networkKey } = link;
    const closed = new Promise<void>((resolve) => {
      const finish = (): void => {
        this.#clock.clearTimeout(timer);
        this.#lingering.delete(replaced);
        resolve(link.close());
      };
      const timer = this.#clock.setTimeout(finish, limits.link.lingerMs);
      const replaced = { peerId, networkKey, finish };
      this.#lingering.add(replaced);
      const [oldest, ...others] = [...this.#lingering].filter((one) => one.peerId === peerId);
      if (others.length >= limits.link.lingering) oldest?.finish();
      void link.gone.then(finish);
    });
    this.#add(closed);
  }

  /** Links to that peer that were replaced are of no use any more. */
  finishReplaced(peerId: DeviceId): void {
    for (const replaced of [...this.#lingering]) if (replaced.peerId === peerId) replaced.finish();
  }

  /** Those whose network key is picked linger no longer. */
  revoke(picks: (networkKey: Uint8Array | undefined) => boolean): void {
    for (const { networkKey, finish } of [...this.#lingering]) if (picks(networkKey)) finish();
  }

  /** Resolves when the sockets of all are closed; those that linger do it at once. */
  async closed(): Promise<void> {
    for (const { finish } of [...this.#lingering]) finish();
    await Promise.all(this.#closing);
  }

  #add(closed: Promise<void>): void {
    const done: Promise<unknown> = closed.catch(() => undefined).then(() => this.#closing.delete(done));
    this.#closing.add(done);
  }
}
