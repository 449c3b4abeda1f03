import { randomBytes } from 'node:crypto';
import type {
  Copy,
  Greeting,
  Refusal,
  Signalling,
  SignallingListener,
  SignallingSession,
} from '../../adapters/signalling/port.ts';
import type { LanpeerError, LanpeerErrorCode } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { AccessPolicy } from '../../protocol/access.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { Waiters } from './waiters.ts';

/** What an endpoint is made of; that of a device on the network comes with {@link SignallingDevice}. */
export interface SignallingEndpointOptions {
  readonly access: AccessPolicy;
  /** 0 for any free one. */
  readonly port: number;
  readonly greet: (remoteId: DeviceId) => Omit<Greeting, 'port'>;
}

/** A device with an identity of its own, on a network that it shares with the others of its maker. */
export interface SignallingDevice {
  readonly id: DeviceId;
  /** IP literal at which its endpoints listen. */
  readonly address: string;
  /** A new endpoint, not listening yet; a device may have several. */
  signalling(options: SignallingEndpointOptions): Signalling;
}

/** Makes a new device, on one network with all others that this makes. */
export type MakeSignallingDevice = () => Promise<SignallingDevice>;

export interface RigEndpoint {
  readonly device: SignallingDevice;
  readonly signalling: Signalling;
  readonly port: number;
  /** Its greeting, apart from `held`. */
  readonly says: Omit<Greeting, 'port' | 'held'>;
  /** Signalling sessions that other endpoints opened. */
  readonly sessions: readonly SignallingSession[];
  readonly refusals: readonly Refusal[];
  readonly errors: readonly LanpeerErrorCode[];
  /** Other runs with its own key that were reported. */
  readonly copies: readonly Copy[];
  dial(to: Pick<RigEndpoint, 'device' | 'port'>, how?: DialHow): Promise<SignallingSession>;
}

interface DialHow {
  /** `null` for none; default: that of the device that is dialed. */
  readonly id?: DeviceId | null;
  /** Of the network key that the device announces; default: nothing is known of it. */
  readonly networkTag?: string;
  readonly signal?: AbortSignal;
}

export interface RigEndpointOptions {
  /** Default: a new one. */
  readonly device?: SignallingDevice;
  readonly access?: AccessPolicy;
  readonly port?: number;
  /** False for one that only dials. */
  readonly listens?: boolean;
  /** Asked whenever it greets. */
  readonly held?: (remoteId: DeviceId) => number;
  /** Called first by the listener, which throws what it throws. */
  readonly react?: (event: keyof SignallingListener) => void;
}

/** A new endpoint that records all that its listener receives; it is added to `made`. */
export async function makeEndpoint(
  make: MakeSignallingDevice,
  made: Signalling[],
  waiters: Waiters,
  options: RigEndpointOptions,
): Promise<RigEndpoint> {
  const { access = {}, port = 0, listens = true, held = () => 0, react = () => undefined } = options;
  const device = options.device ?? (await make());
  const says = {
    incarnation: { counter: 1_700_000_000_000 + made.length, random: randomBytes(8).toString('hex') },
    name: `Büro ${made.length}`,
    features: [`feature ${made.length}`],
    transports: ['webrtc', 'later'],
  };
  const signalling = device.signalling({ access, port, greet: (id) => ({ ...says, held: held(id) }) });
  made.push(signalling);
  const sessions: SignallingSession[] = [];
  const refusals: Refusal[] = [];
  const errors: LanpeerErrorCode[] = [];
  const copies: Copy[] = [];
  function record<Item>(event: keyof SignallingListener, items: Item[], item: Item): void {
    items.push(item);
    waiters.changed();
    react(event);
  }
  const bound = listens
    ? await signalling.listen({
        session: (session) => record('session', sessions, session),
        refused: (refusal) => record('refused', refusals, refusal),
        copy: (copy) => record('copy', copies, copy),
        error: ({ code }: LanpeerError) => record('error', errors, code),
      })
    : { port };
  return {
    device,
    signalling,
    port: bound.port,
    says,
    sessions,
    refusals,
    errors,
    copies,
    dial(to, { id = to.device.id, signal = new AbortController().signal, ...hint } = {}) {
      const target = { address: to.device.address, port: to.port, timeoutMs: limits.dial.timeoutMs, signal, ...hint };
      return signalling.dial(id === null ? target : { ...target, id });
    },
  };
}
