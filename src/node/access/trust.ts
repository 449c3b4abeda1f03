import type { TrustStore } from '../../adapters/identity/port.ts';
import type { TrustedDevice } from '../../api/trust.ts';
import type { Clock } from '../../environment.ts';
import { asLanpeerError, LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { type AccessPolicy, mayWait } from '../../protocol/access.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { NodeStreamsSource } from '../../streams/node-streams.ts';
import { BoundedMap } from '../../util/bounded-map.ts';
import { Invitations } from './invitations.ts';
import { PendingTrust } from './pending-trust.ts';

export interface TrustDeps {
  readonly clock: Clock;
  readonly source: Pick<NodeStreamsSource, 'devices' | 'setTrusted' | 'setPending'>;
  /** Access as it is now. */
  readonly policy: () => AccessPolicy;
  /** Whom the node trusts has changed. */
  readonly changed: () => void;
  /** A fault that no call rejects with. */
  readonly report: (error: LanpeerError) => void;
}

/** Two that a person takes for the same one. */
const sameName = (name: string): string =>
  name
    .normalize('NFKC')
    .replace(/[\p{Default_Ignorable_Code_Point}\u2800]/gu, '')
    .trim()
    .toLowerCase();

/** Of a clock that may be any. */
const dateOf = (clock: Clock): number => Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, Math.floor(clock.now())));

/** Whom a node trusts, who was revoked, and who waits; kept by the store of the run. */
export class Trust {
  readonly #deps: TrustDeps;
  readonly invitations: Invitations;
  readonly #pending: PendingTrust;
  readonly #trusted = new Map<DeviceId, TrustedDevice>();
  readonly #revoked = new BoundedMap<DeviceId, TrustedDevice>(limits.trust.revoked);
  #store: TrustStore | undefined;
  #damage: LanpeerError | undefined;
  #saved: Promise<void> = Promise.resolve();

  constructor(deps: TrustDeps) {
    const { clock, source, changed, report } = deps;
    this.#deps = deps;
    this.invitations = new Invitations({ clock, trust: async (id) => this.trust(id, undefined), changed, report });
    this.#pending = new PendingTrust({
      clock,
      nameOf: (id) => source.devices.get(id)?.name ?? null,
      trustedAs: (name) => this.#findByName(name),
      changed: (devices) => source.setPending(devices),
    });
  }

  /** A run begins with what its store has. What cannot be read is a fault only where it is needed. */
  async open(store: TrustStore | undefined): Promise<void> {
    this.#trusted.clear();
    this.#revoked.clear();
    this.#store = store;
    this.#damage = undefined;
    try {
      const { trusted, revoked } = (await store?.read()) ?? { trusted: [], revoked: [] };
      for (const device of trusted) this.#trusted.set(device.id, device);
      for (const device of revoked) this.#revoked.set(device.id, device);
    } catch (thrown) {
      this.#damage = asLanpeerError(thrown, 'ERR_TRUST_FILE');
    }
    this.#tell();
  }

  /** Throws `ERR_TRUST_FILE` where whom the node trusts is needed, and not known. */
  check({ firstUse = false }: AccessPolicy): void {
    if (firstUse && this.#damage) throw this.#damage;
  }

  /** That access, with those that are trusted, and without those that were revoked. */
  complete(asked: AccessPolicy): AccessPolicy {
    if (!asked.firstUse) return asked;
    return {
      ...asked,
      allow: new Set(this.#trusted.keys()),
      deny: new Set([...(asked.deny ?? []), ...this.#revoked.keys()]),
      ...(this.invitations.open && { invitation: this.invitations.open }),
      invited: this.invitations.taken,
    };
  }

  /** The device has proven its id, and one side does not trust the other. */
  met(id: DeviceId, address: string): void {
    if (mayWait(this.#deps.policy(), id)) this.#pending.met(id, address);
  }

  /** Discovery heard the device. */
  heard(id: DeviceId): void {
    this.#pending.renamed(id);
  }

  /** Access changed: nobody waits for what does not depend on trust. */
  reviewed(): void {
    if (!this.#deps.policy().firstUse) this.#pending.clear();
  }

  trust(id: DeviceId, name: string | undefined): Promise<void> {
    const { clock, source } = this.#deps;
    const before = this.#trusted.get(id);
    if (!before && this.#trusted.size >= limits.trust.devices) throw new LanpeerError('ERR_TRUST_LIMIT');
    const called = name ?? before?.name ?? source.devices.get(id)?.name ?? '';
    this.#revoked.delete(id);
    this.#trusted.set(id, { id, name: called, at: before?.at ?? dateOf(clock) });
    return this.#change(id);
  }

  revoke(id: DeviceId): Promise<void> {
    const { clock, source } = this.#deps;
    const name = this.#trusted.get(id)?.name ?? source.devices.get(id)?.name ?? '';
    this.#trusted.delete(id);
    this.#revoked.set(id, { id, name, at: dateOf(clock) });
    return this.#change(id);
  }

  /** The run ends. Resolves when what was under way is kept. */
  async close(): Promise<void> {
    this.invitations.close();
    this.#pending.clear();
    await this.#saved.catch(() => undefined);
  }

  #findByName(name: string): DeviceId | null {
    const wanted = sameName(name);
    for (const one of this.#trusted.values()) if (one.name !== '' && sameName(one.name) === wanted) return one.id;
    return null;
  }

  /** At once for whoever connects, then for the next runs. */
  #change(id: DeviceId): Promise<void> {
    this.#deps.changed();
    this.#pending.delete(id);
    this.#pending.renamed();
    this.#tell();
    const store = this.#store;
    const record = { trusted: [...this.#trusted.values()], revoked: [...this.#revoked.values()] };
    // One after the other, so that the last word is what stays; a failure is that of its own call.
    this.#saved = this.#saved.catch(() => undefined).then(() => store?.write(record));
    return this.#saved;
  }

  #tell(): void {
    this.#deps.source.setTrusted(new Map(this.#trusted));
  }
}
