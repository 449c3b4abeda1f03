import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';

/** Numbers of messages to groups that peers refused, until the outcome of each is asked for. */
export class RefusedMessages {
  readonly #peers = new Map<DeviceId, Set<number>>();

  /** False if that peer refuses more than it can have. */
  add(from: DeviceId, groupNo: number): boolean {
    const refused = this.#peers.get(from) ?? new Set();
    if (refused.size >= limits.messages.queued) return false;
    this.#peers.set(from, refused.add(groupNo));
    return true;
  }

  /** Whether it was refused; asked once. */
  take(from: DeviceId, groupNo: number): boolean {
    const refused = this.#peers.get(from);
    const wasRefused = refused?.delete(groupNo) ?? false;
    if (refused?.size === 0) this.#peers.delete(from);
    return wasRefused;
  }

  sessionEnded(from: DeviceId): void {
    this.#peers.delete(from);
  }
}
