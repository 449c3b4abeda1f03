import type { SessionEnd, Signalling, SignallingSession } from '../../adapters/signalling/port.ts';
import type { Carrier, Carry } from '../../protocol/carrier.ts';
import type { SignalMessage } from '../../protocol/signal.ts';
import type { ComplianceCase } from './case.ts';
import {
  type MakeSignallingDevice,
  makeEndpoint,
  type RigEndpoint,
  type RigEndpointOptions,
  type SignallingDevice,
} from './signalling-endpoint.ts';
import { createWaiters, type Waiters } from './waiters.ts';

/** One end of a signalling session with all that its listener received. */
export interface RecordedSession {
  readonly session: SignallingSession;
  readonly messages: readonly SignalMessage[];
  readonly ends: readonly SessionEnd[];
  /** What came, in order. */
  readonly events: readonly (SignalMessage['type'] | 'ended')[];
}

export type CarrierEvent = 'record' | 'left' | 'closed';

/** One end of what a session carries, with all that its listener received. */
export interface RecordedCarrier {
  readonly carrier: Carrier;
  readonly records: readonly Uint8Array[];
  /** What came, in order; `left` not again before something else. */
  readonly events: readonly CarrierEvent[];
}

export interface SignallingRig {
  device(): Promise<SignallingDevice>;
  endpoint(options?: RigEndpointOptions): Promise<RigEndpoint>;
  /** Attaches to a session. `react` is called first by its listener. */
  record(session: SignallingSession, react?: (message: SignalMessage | 'ended') => void): RecordedSession;
  /** Carries with that. `react` is called last by its listener. */
  carry(carry: Carry, react?: (event: CarrierEvent) => void): RecordedCarrier;
  /** Both ends of a new session, recorded. */
  join(from: RigEndpoint, to: RigEndpoint): Promise<readonly [near: RecordedSession, far: RecordedSession]>;
  /** Resolves when the condition holds; it is checked after every event. Rejects after a time limit. */
  when(condition: () => boolean): Promise<void>;
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

function recordCarrier(
  carry: Carry,
  waiters: Waiters,
  react: (event: CarrierEvent) => void = () => undefined,
): RecordedCarrier {
  const records: Uint8Array[] = [];
  const events: CarrierEvent[] = [];
  function note(event: CarrierEvent): void {
    if (event !== 'left' || events.at(-1) !== 'left') events.push(event);
    waiters.changed();
    react(event);
  }
  const carrier = carry({
    record(bytes) {
      records.push(bytes);
      note('record');
    },
    left: () => note('left'),
    closed: () => note('closed'),
  });
  return { carrier, records, events };
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
      carry: (carry, react) => recordCarrier(carry, waiters, react),
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
