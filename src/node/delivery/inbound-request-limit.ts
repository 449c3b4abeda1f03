import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { MemoryShares } from '../../protocol/message-session/memory-shares.ts';

/** How many requests of one peer are open. */
interface PeerUsage {
  /** Of the message session that is. */
  session: { open: number };
  /** Of all its message sessions. */
  open: number;
}

const { calls, overheadBytes } = limits.messages;

/** Requests of peers, each open until the session has accepted its answer; what it holds, until that has its outcome. */
export class InboundRequestLimit {
  readonly #shares: MemoryShares | undefined;
  readonly #peers = new Map<DeviceId, PeerUsage>();

  /** @param shares Memory of open requests and of answers; without it they hold none. */
  constructor(shares?: MemoryShares) {
    this.#shares = shares;
  }

  /** Throws `ERR_PROTOCOL` if the peer may have no more open, `ERR_BUSY` if too many of its sessions before still are. */
  admit(from: DeviceId): void {
    const usage = this.#peers.get(from);
    if (!usage) return;
    if (usage.session.open >= calls)
      throw new LanpeerError('ERR_PROTOCOL', `The other end has more than ${calls} requests open.`);
    if (usage.open >= 2 * calls)
      throw new LanpeerError('ERR_BUSY', 'Requests of the sessions before wait for their answers.');
  }

  /** A request of that peer is open from now on. */
  open(from: DeviceId): OpenRequest {
    const usage = this.#peers.get(from) ?? { session: { open: 0 }, open: 0 };
    this.#peers.set(from, usage);
    const { session } = usage;
    usage.open += 1;
    session.open += 1;
    return new OpenRequest(from, this.#shares, () => {
      session.open -= 1;
      usage.open -= 1;
      if (usage.open === 0) this.#peers.delete(from);
    });
  }

  /** Those that are open are of a session that is over: the next one may have as many. */
  renew(from: DeviceId): void {
    const usage = this.#peers.get(from);
    if (usage) usage.session = { open: 0 };
  }
}

export class OpenRequest {
  readonly #from: DeviceId;
  readonly #shares: MemoryShares | undefined;
  readonly #closed: () => void;
  #isOpen = true;
  #held = 0;

  constructor(from: DeviceId, shares: MemoryShares | undefined, closed: () => void) {
    this.#from = from;
    this.#shares = shares;
    this.#closed = closed;
  }

  /** Acquires so many bytes while the request waits. Throws `ERR_BUSY` where there is no room for them. */
  acquire(bytes: number): void {
    const needed = bytes + overheadBytes;
    if (this.#shares && !this.#shares.acquire(this.#from, needed)) throw new LanpeerError('ERR_BUSY');
    this.#held = needed;
  }

  /** It holds so many bytes from now on, room or not: what is there must not be lost. */
  resize(bytes: number): void {
    this.release();
    this.#held = bytes + overheadBytes;
    this.#shares?.add(this.#from, this.#held);
  }

  /** It holds no bytes any more. */
  release(): void {
    if (this.#held > 0) this.#shares?.release(this.#from, this.#held);
    this.#held = 0;
  }

  /** It does not count against its peer any more. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#closed();
  }
}
