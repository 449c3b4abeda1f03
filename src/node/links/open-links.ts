import type { DeviceId } from '../../protocol/device-id.ts';
import type { Link } from './link.ts';

const nameOf = (peerId: DeviceId, no: number): string => `${peerId}/${no}`;

/** The open and opening links of a node, by peer and number. */
export class OpenLinks {
  readonly #links = new Map<string, Link>();

  get(peerId: DeviceId, no: number): Link | undefined {
    return this.#links.get(nameOf(peerId, no));
  }

  set(peerId: DeviceId, no: number, link: Link): void {
    this.#links.set(nameOf(peerId, no), link);
  }

  delete(peerId: DeviceId, no: number): void {
    this.#links.delete(nameOf(peerId, no));
  }

  /** Those that are there now. */
  all(): readonly Link[] {
    return [...this.#links.values()];
  }

  /** True if another link to that peer is open, and the peer may not know it yet. */
  isReplaced(peerId: DeviceId): boolean {
    return this.all().some((other) => other.peerId === peerId && other.opened && !other.channel.used);
  }
}
