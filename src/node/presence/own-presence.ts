import type { Clock } from '../../environment.ts';
import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { noGroups, type OwnPresence } from '../../protocol/presence/presence.ts';

export interface OwnPresenceDeps {
  readonly clock: Clock;
  /** Tells the peers what {@link OwnPresenceStore.said} is now; false if none has a link. */
  readonly say: () => boolean;
}

/**
 * What this node says of itself. Its peers are told the first change at once, and then the newest values once in
 * `limits.presence.everyMs`, however often the program changes them.
 */
export class OwnPresenceStore {
  readonly #deps: OwnPresenceDeps;
  /** How often the program has joined each group and not left it. */
  readonly #joined = new Map<string, number>();
  #wanted: OwnPresence;
  #said: OwnPresence;
  #timer: unknown;

  /** @param properties In CBOR; null for none. */
  constructor(properties: Uint8Array | null, deps: OwnPresenceDeps) {
    this.#deps = deps;
    this.#wanted = { properties, groups: noGroups };
    this.#said = this.#wanted;
  }

  /** What a peer is told now. */
  get said(): OwnPresence {
    return this.#said;
  }

  /** Groups that this node is in, as of now. */
  get groups(): ReadonlySet<string> {
    return this.#wanted.groups;
  }

  setProperties(properties: Uint8Array | null): void {
    this.#want({ ...this.#wanted, properties });
  }

  /** Throws {@link LanpeerError} `ERR_GROUP_LIMIT`. */
  join(group: string): void {
    const count = this.#joined.get(group) ?? 0;
    if (count === 0 && this.#joined.size >= limits.presence.groups)
      throw new LanpeerError('ERR_GROUP_LIMIT', `This node is in ${limits.presence.groups} groups already.`);
    this.#joined.set(group, count + 1);
    if (count === 0) this.#wantGroups();
  }

  /** One call for each of {@link join}; the last one leaves. */
  leave(group: string): void {
    const count = this.#joined.get(group) ?? 0;
    if (count > 1) this.#joined.set(group, count - 1);
    else if (this.#joined.delete(group)) this.#wantGroups();
  }

  /** The node stops: no peer is left to be told. */
  stop(): void {
    this.#deps.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#said = this.#wanted;
  }

  #wantGroups(): void {
    this.#want({ ...this.#wanted, groups: this.#joined.size === 0 ? noGroups : new Set(this.#joined.keys()) });
  }

  #want(wanted: OwnPresence): void {
    this.#wanted = wanted;
    if (this.#timer === undefined) this.#say();
  }

  #say(): void {
    this.#said = this.#wanted;
    if (!this.#deps.say()) return;
    this.#timer = this.#deps.clock.setTimeout(() => {
      this.#timer = undefined;
      if (this.#said !== this.#wanted) this.#say();
    }, limits.presence.everyMs);
  }
}
