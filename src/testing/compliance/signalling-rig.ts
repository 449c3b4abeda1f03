import { randomBytes } from 'node:crypto';
import type {
  Copy,
  Greeting,
  Refusal,
  SessionEnd,
  Signalling,
  SignallingListener,
  SignallingSession,
} from '../../adapters/signalling/port.ts';
import type { LanpeerError, LanpeerErrorCode } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { AccessPolicy } from '../../protocol/access.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { SignalMessage } from '../../protocol/signal.ts';
import type { ComplianceCase } from './case.ts';
import { createWaiters, type Waiters } from './waiters.ts';

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

/** One end of a signalling session with all that its listener received. */
export interface RecordedSession {
  readonly session: SignallingSession;
  readonly messages: readonly SignalMessage[];
  readonly ends: readonly SessionEnd[];
  /** What came, in order. */
  readonly events: readonly (SignalMessage['type'] | 'ended')[];
}

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

export interface SignallingRig {
  device(): Promise<SignallingDevice>;
  endpoint(options?: RigEndpointOptions): Promise<RigEndpoint>;
  /** Attaches to a session. `react` is called first by its listener. */
  record(session: SignallingSession, react?: (message: SignalMessage | 'ended') => void): RecordedSession;
  /** Both ends of a new session, recorded. */
  join(from: RigEndpoint, to: RigEndpoint): Promise<readonly [near: RecordedSession, far: RecordedSession]>;
  /** Resolves when the condition holds; it is checked after every event. Rejects after a time limit. */
  when(condition: () => boolean): Promise<void>;
}

async function makeEndpoint(
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

function recordSession(
  session: SignallingSession,
  waiters: Waiters,
  react: (message: SignalMessage | 'ended') => void = () => undefined,
): RecordedSession {
  const messages: SignalMessage[] = [];
  const ends: SessionEnd[] = [];
  const events: (SignalMessage['type'] | 'ended')[] = [];
  session.attach({
    message(message) {
      messages.push(message);
      events.push(message.type);
      waiters.changed();
      react(message);
    },
    ended(end) {
      ends.push(end);
      events.push('ended');
      waiters.changed();
      react('ended');
    },
  });
  return { session, messages, ends, events };
}

/** Runs with a rig of endpoints on one network and closes them all, whatever happens. */
export async function withSignallingRig(
  make: MakeSignallingDevice,
  run: (rig: SignallingRig) => Promise<void>,
): Promise<void> {
  const made: Signalling[] = [];
  const waiters = createWaiters();
  const record: SignallingRig['record'] = (session, react) => recordSession(session, waiters, react);
  const when = async (condition: () => boolean): Promise<void> => {
    await waiters.until(
      () => condition() || undefined,
      () => `it did not come to: ${condition}`,
    );
  };
  try {
    await run({
      device: make,
      endpoint: (options = {}) => makeEndpoint(make, made, waiters, options),
      record,
      async join(from, to) {
        const before = to.sessions.length;
        const near = await from.dial(to);
        await when(() => to.sessions.length > before);
        const far = to.sessions[before];
        if (!far) throw new Error('no session came');
        return [record(near), record(far)] as const;
      },
      when,
    });
  } finally {
    await Promise.all(made.map((one) => one.close()));
  }
}

/** A case that runs with such a rig. */
export const signallingCase = (
  name: string,
  run: (rig: SignallingRig) => Promise<void>,
): ComplianceCase<MakeSignallingDevice> => ({ name, run: (make) => withSignallingRig(make, run) });
