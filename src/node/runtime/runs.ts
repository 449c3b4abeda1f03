import type { Announcement, Discovery } from '../../adapters/discovery/port.ts';
import type { Identity } from '../../adapters/identity/port.ts';
import type { Refusal, Signalling, SignallingSession } from '../../adapters/signalling/port.ts';
import type { Device } from '../../api/devices.ts';
import type { Clock, Random } from '../../environment.ts';
import type { LanpeerError } from '../../errors.ts';
import type { NodeEvent } from '../../machines/node/events.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { ownFeatures } from '../../protocol/features.ts';
import { probesFeature } from '../../protocol/probe.ts';
import type { Via } from '../../protocol/via.ts';
import type { CurrentAccess } from '../access/current-access.ts';
import { createIdentityCopies, type IdentityCopies } from '../access/identity-copies.ts';
import type { Trust } from '../access/trust.ts';
import type { NodeAdapters } from '../adapters.ts';
import type { Connections } from '../connections/connections.ts';
import { createDevices, type Devices } from '../dialing/devices.ts';
import type { Dialing } from '../dialing/dialing.ts';
import { createLifecycle, type Lifecycle, type Run, runOf } from '../lifecycle/lifecycle.ts';
import type { Monitoring } from '../monitoring/monitoring.ts';

export interface RunsDeps {
  readonly adapters: Pick<NodeAdapters, 'discovery' | 'identity' | 'load' | 'openDatagrams' | 'signalling'>;
  readonly name: string;
  /** Those that this node takes offers of. */
  readonly transports: readonly Via[];
  readonly clock: Clock;
  readonly random: Random;
  /** May not throw. */
  readonly autoConnect: (device: Device) => boolean;
  readonly admission: CurrentAccess;
  readonly trust: Pick<Trust, 'open' | 'check' | 'met'>;
  readonly monitoring: Pick<Monitoring, 'source' | 'errors' | 'refused'>;
  readonly dialing: Pick<Dialing, 'book' | 'dial' | 'dialBack'>;
  readonly connections: Pick<Connections, 'has' | 'held'>;
  /** Takes up a session that was authenticated. */
  readonly session: (session: SignallingSession) => void;
  /** Whether a packet of that device that says nothing new has no use; `wanted`: it would make a connection. */
  readonly heardEnough: (id: DeviceId, wanted: boolean) => boolean;
  /** A packet of that device came. */
  readonly heard: (id: DeviceId) => void;
  /** The node knows its id. */
  readonly identified: (id: DeviceId) => void;
  /** Resolves when links and sessions, which were told to end, have. */
  readonly drained: () => Promise<unknown>;
  readonly tell: (event: NodeEvent) => void;
}

/** The adapters of each run of a node: opened at its start, closed at its stop. */
export class Runs {
  readonly lifecycle: Lifecycle;
  readonly copies: IdentityCopies;
  readonly #deps: RunsDeps;
  #signalling: Signalling | undefined;
  #devices: Devices | undefined;
  #loading: Promise<void> | undefined;

  constructor(deps: RunsDeps) {
    this.#deps = deps;
    const { adapters, clock, dialing, monitoring, drained, tell } = deps;
    const { discovery } = adapters;
    this.copies = createIdentityCopies({
      clock,
      own: () => this.lifecycle.run?.identity.incarnation,
      dial: async ({ address, port }, signal) =>
        dialing.dial({ address, port, id: runOf(this.lifecycle).identity.id, signal }),
      superseded: (by) => tell({ type: 'superseded', ...by }),
      report: monitoring.errors.report,
    });
    this.lifecycle = createLifecycle({
      openIdentity: () => this.#openIdentity(),
      openSignalling: (identity) => this.#openSignalling(identity),
      makeDiscovery: discovery && (() => discovery({ proven: this.#isProven })),
      startDiscovery: (started, run) => this.#startDiscovery(started, run),
      internalError: monitoring.errors.internal,
      drained,
    });
  }

  /** That of this run, or of the last: there from the moment at which it may let a peer in. */
  get signalling(): Signalling | undefined {
    return this.#signalling;
  }

  get devices(): Devices | undefined {
    return this.#devices;
  }

  /** Tells the network what this node announces now. */
  announce(): void {
    const { run, discovery } = this.lifecycle;
    if (run) discovery?.announce(this.#announcementOf(run));
  }

  /** True for addresses from which a peer was proven. */
  readonly #isProven = (address: string): boolean => this.#deps.dialing.book.isProven(address);

  /** What adapters call is lanpeer's own: where it threw, no callback of the program's did. */
  readonly #adapterError = (error: LanpeerError): void => {
    const { errors } = this.#deps.monitoring;
    if (error.code === 'ERR_HANDLER') errors.internal(error.cause);
    else errors.report(error);
  };

  async #openIdentity(): Promise<Identity> {
    const { load, identity: store } = this.#deps.adapters;
    // Beside the identity: both take their time. A failure is that of the next step, which gives the identity back.
    this.#loading = load?.();
    this.#loading?.catch(() => undefined);
    const identity = await store.open();
    for (const warning of identity.warnings ?? []) this.#deps.monitoring.errors.report(warning);
    try {
      await this.#openTrust(identity);
      return identity;
    } catch (thrown) {
      await identity.release();
      throw thrown;
    }
  }

  async #openTrust(identity: Identity): Promise<void> {
    const { trust, admission } = this.#deps;
    await trust.open(identity.trust);
    trust.check(admission.asked);
    admission.set(admission.asked);
  }

  async #openSignalling(identity: Identity): Promise<{ readonly signalling: Signalling; readonly port: number }> {
    const { adapters, name, transports, admission, connections, session, identified } = this.#deps;
    identified(identity.id);
    if (this.#loading !== undefined) await this.#loading;
    const signalling = adapters.signalling({
      identity,
      access: admission.policy,
      greet: (id) => ({
        incarnation: identity.incarnation,
        name,
        features: adapters.openDatagrams ? [...ownFeatures, probesFeature] : ownFeatures,
        transports,
        ...connections.held(id),
      }),
      proven: this.#isProven,
    });
    this.#signalling = signalling;
    const { port } = await signalling.listen({
      session,
      refused: (refusal) => this.#refused(refusal),
      copy: this.copies.met,
      untrusted: ({ id, address }) => this.#deps.trust.met(id, address),
      error: this.#adapterError,
    });
    return { signalling, port };
  }

  #refused(refusal: Refusal): void {
    this.#deps.monitoring.refused(refusal);
    this.#deps.dialing.dialBack(refusal);
    const { code, id, address } = refusal;
    if (code === 'ERR_NOT_TRUSTED' && id !== undefined) this.#deps.trust.met(id, address);
  }

  #announcementOf({ identity: { id, incarnation }, port }: Run): Announcement {
    return { id, incarnation, name: this.#deps.name, networkTag: this.#deps.admission.tags[0] ?? null, port };
  }

  #startDiscovery(discovery: Discovery, run: Run): Promise<void> {
    const { admission, autoConnect, dialing, monitoring, connections, heard, heardEnough, tell, clock, random } =
      this.#deps;
    const devices = createDevices({
      admission,
      autoConnect,
      book: dialing.book,
      source: monitoring.source,
      tell,
      query: () => discovery.query(),
      exists: (id) => connections.has(id),
      heardEnough,
      clock,
      random,
    });
    this.#devices = devices;
    return discovery.start(this.#announcementOf(run), {
      device(change, device) {
        devices.heard(change, device);
        heard(device.id);
      },
      copy: this.copies.heard,
      error: this.#adapterError,
    });
  }
}
