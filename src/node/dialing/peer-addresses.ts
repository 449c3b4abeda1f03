import type { Claim } from '../../api/devices.ts';
import type { LanpeerErrorCode } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { BoundedMap } from '../../util/bounded-map.ts';
import { claimedEndpoints, claimedOffLink } from './claimed-endpoints.ts';
import { type Endpoint, nameOf } from './endpoint.ts';

/** What an address that leads to another device, or to none of ours, answers with. */
const elsewhere: readonly LanpeerErrorCode[] = [
  'ERR_IDENTITY_MISMATCH',
  'ERR_IDENTITY_MISSING',
  'ERR_SELF',
  'ERR_PROTOCOL',
];

/** Where one device may be reached: what its announcements say, where it answered, where the program says it is. */
export class PeerAddresses {
  /** The last one first. */
  #suggested: readonly Endpoint[] = [];
  #confirmed: readonly Endpoint[] = [];
  #announced: readonly Endpoint[] = [];
  #offLink: readonly Endpoint[] = [];
  /** What went wrong since the device was reached there, by {@link nameOf}; what failed last is last. */
  readonly #faults: Map<string, number> = new BoundedMap(2 * limits.dial.addresses);

  /** True if neither this node reached it nor the program named an address of it. */
  get isHearsay(): boolean {
    return this.#confirmed.length === 0 && this.#suggested.length === 0;
  }

  /** Replaces what announcements said. */
  announce(claims: readonly Claim[]): void {
    this.#announced = claimedEndpoints(claims);
    this.#offLink = claimedOffLink(claims);
  }

  suggest(endpoint: Endpoint): () => void {
    // By itself: another call may have named the same one.
    const own = { ...endpoint };
    this.#suggested = [own, ...this.#suggested].slice(0, limits.dial.addresses);
    return () => {
      this.#suggested = this.#suggested.filter((one) => one !== own);
    };
  }

  confirm(endpoint: Endpoint): void {
    const name = nameOf(endpoint);
    this.#faults.delete(name);
    const others = this.#confirmed.filter((one) => nameOf(one) !== name);
    this.#confirmed = [endpoint, ...others].slice(0, limits.dial.confirmed);
  }

  failed(endpoint: Endpoint, code: LanpeerErrorCode): void {
    const name = nameOf(endpoint);
    const fault = elsewhere.includes(code) ? 2 : Math.max(1, this.#faults.get(name) ?? 0);
    this.#faults.set(name, fault);
  }

  renew(): void {
    for (const [name, fault] of this.#faults) if (fault === 1) this.#faults.delete(name);
  }

  /** True if it was reached at that address, or announced it from there. */
  isAt(address: string): boolean {
    return [...this.#confirmed, ...this.#announced].some(
      (one) => one.address === address && (one.source ?? address) === address,
    );
  }

  /**
   * Best first: those where it did not fail since it was reached last, then those where it failed, then those that led
   * elsewhere; of equal ones those named by the program, then where it was reached last, then as announced. Of those
   * that fail only the best one, and of the others the one that failed longest ago: the next time it is another's turn.
   */
  endpoints(): readonly Endpoint[] {
    const unique = new Map<string, Endpoint>();
    for (const one of [...this.#suggested.slice(0, 1), ...this.#confirmed, ...this.#announced])
      if (!unique.has(nameOf(one))) unique.set(nameOf(one), one);
    const rank = (one: Endpoint): number => this.#faults.get(nameOf(one)) ?? 0;
    const all = [...unique.values()].sort((a, b) => rank(a) - rank(b)).slice(0, limits.dial.addresses);
    const hopeful = all.filter((one) => rank(one) === 0);
    const [best, ...others] = all.filter((one) => rank(one) > 0);
    if (!best) return hopeful;
    const turns = [...this.#faults.keys()];
    const inTurn = others.sort((a, b) => turns.indexOf(nameOf(a)) - turns.indexOf(nameOf(b)));
    const failing = [best, ...inTurn.slice(0, limits.dial.failing - 1)];
    return [...hopeful, ...failing.map((one) => ({ ...one, failing: true as const }))];
  }

  /** Announced, off the link, and none of {@link endpoints}. */
  offLink(): readonly Endpoint[] {
    const known = new Set(this.endpoints().map(nameOf));
    return this.#offLink.filter((one) => !known.has(nameOf(one)));
  }
}
