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
import type { AccessPolicy } from '../../protocol/access.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { SignalMessage } from '../../protocol/signal.ts';

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

/** One end of a session with all that its listener heard. */
export interface RecordedSession {
  readonly session: SignallingSession;
  readonly messages: readonly SignalMessage[];
  readonly ends: readonly SessionEnd[];
  /** What came, in order. */
  readonly events: readonly (SignalMessage['type'] | 'ended')[];
}

export interface SceneEndpoint {
  readonly device: SignallingDevice;
  readonly signalling: Signalling;
  readonly port: number;
  /** What it says of itself, apart from `held`. */
  readonly says: Omit<Greeting, 'port' | 'held'>;
  /** Sessions that others opened. */
  readonly sessions: readonly SignallingSession[];
  readonly refusals: readonly Refusal[];
  readonly errors: readonly LanpeerErrorCode[];
  /** Other runs with its own key that it met. */
  readonly copies: readonly Copy[];
  dial(to: Pick<SceneEndpoint, 'device' | 'port'>, how?: DialHow): Promise<SignallingSession>;
}

interface DialHow {
  /** `null` for none; default: that of the device that is dialed. */
  readonly id?: DeviceId | null;
  /** Of the network key that the device announces; default: nothing is known of it. */
  readonly networkTag?: string;
  readonly signal?: AbortSignal;
}

export interface SceneOptions {
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

export interface SignallingScene {
  device(): Promise<SignallingDevice>;
  endpoint(options?: SceneOptions): Promise<SceneEndpoint>;
  /** Attaches to a session. `react` is called first by its listener. */
  record(session: SignallingSession, react?: (message: SignalMessage | 'ended') => void): RecordedSession;
  /** Both ends of a new session, recorded. */
  join(from: SceneEndpoint, to: SceneEndpoint): Promise<readonly [near: RecordedSession, far: RecordedSession]>;
  /** Resolves when the condition holds; it is asked after every event of the scene. Rejects after a time limit. */
  when(condition: () => boolean): Promise<void>;
}

const limitMs = 15_000;

/** Runs a scene of endpoints on one network and closes them all, whatever happens. */
export async function signallingScene(
  make: MakeSignallingDevice,
  play: (scene: SignallingScene) => Promise<void>,
): Promise<void> {
  const made: Signalling[] = [];
  const waiting = new Set<() => void>();
  const happened = (): void => {
    for (const look of [...waiting]) look();
  };

  function when(condition: () => boolean): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(look);
        reject(new Error(`it did not come to: ${condition}`));
      }, limitMs);
      function look(): void {
        if (!condition()) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve();
      }
      waiting.add(look);
    });
  }

  async function endpoint(options: SceneOptions = {}): Promise<SceneEndpoint> {
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
    function heard<Thing>(event: keyof SignallingListener, things: Thing[], thing: Thing): void {
      things.push(thing);
      happened();
      react(event);
    }
    const bound = listens
      ? await signalling.listen({
          session: (session) => heard('session', sessions, session),
          refused: (refusal) => heard('refused', refusals, refusal),
          copy: (copy) => heard('copy', copies, copy),
          error: ({ code }: LanpeerError) => heard('error', errors, code),
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
        const target = { address: to.device.address, port: to.port, signal, ...hint };
        return signalling.dial(id === null ? target : { ...target, id });
      },
    };
  }

  function record(session: SignallingSession, react: (message: SignalMessage | 'ended') => void = () => undefined) {
    const messages: SignalMessage[] = [];
    const ends: SessionEnd[] = [];
    const events: (SignalMessage['type'] | 'ended')[] = [];
    session.attach({
      message(message) {
        messages.push(message);
        events.push(message.type);
        happened();
        react(message);
      },
      ended(end) {
        ends.push(end);
        events.push('ended');
        happened();
        react('ended');
      },
    });
    return { session, messages, ends, events };
  }

  async function join(from: SceneEndpoint, to: SceneEndpoint) {
    const before = to.sessions.length;
    const near = await from.dial(to);
    await when(() => to.sessions.length > before);
    const far = to.sessions[before];
    if (!far) throw new Error('no session came');
    return [record(near), record(far)] as const;
  }

  try {
    await play({ device: make, endpoint, record, join, when });
  } finally {
    await Promise.all(made.map((one) => one.close()));
  }
}
