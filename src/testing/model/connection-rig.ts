import { createActor, type EventObject, type InspectionEvent, type Snapshot, type StateValue } from 'xstate';
import type { Clock } from '../../environment.ts';
import type { ConnectionContext } from '../../machines/connection/context.ts';
import type { ConnectionEvent } from '../../machines/connection/events.ts';
import type { ConnectionInput, DialInput } from '../../machines/connection/input.ts';
import type { ConnectionPolicy } from '../../machines/connection/policy/connection-policy.ts';
import { defaultConnectionPolicy } from '../../machines/connection/policy/connection-policy.ts';
import type { Via } from '../../protocol/via.ts';
import { createVirtualClock } from '../virtual-clock.ts';
import {
  type ActorListeners,
  type ConnectionEffect,
  type RunningLink,
  recordInto,
  recordingMachine,
} from './recording-machine.ts';

/** `connected.suspect.refused`, for the value of that state. */
export function pathOf(value: StateValue): string {
  if (typeof value === 'string') return value;
  return Object.entries(value)
    .map(([key, inner]) => (inner === undefined ? key : `${key}.${pathOf(inner)}`))
    .join('|');
}

export interface ConnectionRigOptions extends ActorListeners {
  /** Whether this side has the lower id; default true. */
  readonly offers?: boolean;
  readonly policy?: Partial<ConnectionPolicy>;
  /** Default: WebRTC alone. */
  readonly transports?: readonly Via[];
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly inspect?: (event: InspectionEvent) => void;
  readonly onEffect?: (effect: ConnectionEffect) => void;
  readonly ids?: readonly [own: string, other: string];
}

/** What the connection machine of a rig starts from. */
export function connectionInput(options: ConnectionRigOptions, clock: Clock): ConnectionInput {
  const [ownId, id] = options.ids ?? (options.offers === false ? ['b', 'a'] : ['a', 'b']);
  return {
    id,
    ownId,
    reason: 'announced',
    policy: { ...defaultConnectionPolicy, ...options.policy },
    decisionInputs: { monotonic: clock.monotonic, now: clock.now, random: options.random ?? (() => 0.5) },
    transports: options.transports ?? ['webrtc'],
  };
}

/** Where an actor was at one time: what {@link createConnectionRig} needs to begin there. */
export interface ConnectionMoment {
  readonly snapshot: Snapshot<unknown>;
  readonly timers: readonly { readonly event: EventObject; readonly delay: number; readonly id: string }[];
  readonly effects: readonly ConnectionEffect[];
}

/**
 * The connection machine with actors that only record that they run, and actions that only record that they were called. From
 * a moment of another rig it begins in the state that the machine was in, with its actors, timers and effects.
 */
export function createConnectionRig(options: ConnectionRigOptions = {}, from?: ConnectionMoment) {
  const clock = options.clock ?? createVirtualClock();
  const links = new Map<number, RunningLink>();
  const dialers = new Set<DialInput>();
  const effects: ConnectionEffect[] = [...(from?.effects ?? [])];
  const record = (effect: ConnectionEffect): void => {
    effects.push(effect);
    options.onEffect?.(effect);
  };

  const { inspect } = options;
  const input = connectionInput(options, clock);
  const actor = createActor(recordingMachine, {
    clock,
    input,
    ...(inspect && { inspect }),
    ...(from && { snapshot: from.snapshot }),
  });
  recordInto(actor.system, { links, dialers, record, listeners: options });
  const errors: unknown[] = [];
  actor.subscribe({ error: (thrown) => void errors.push(thrown) });
  actor.start();
  // A persisted snapshot holds no timers.
  for (const { event, delay, id } of from?.timers ?? [])
    actor.system.scheduler.schedule(actor, actor, event, delay, id);

  return {
    actor,
    clock,
    links,
    dialers,
    effects,
    errors,
    /** Facts about a running link come from its actor, as they do in a node. */
    send(...events: readonly ConnectionEvent[]): void {
      for (const event of events) {
        const running = 'no' in event ? links.get(event.no) : undefined;
        if (running) running.send(event);
        else actor.send(event);
      }
    },
    get state(): string {
      return pathOf(actor.getSnapshot().value);
    },
    get context(): ConnectionContext {
      return actor.getSnapshot().context;
    },
    /** The effects since the last call. */
    takeEffects: (): ConnectionEffect[] => effects.splice(0),
    moment: (): ConnectionMoment => ({
      snapshot: actor.getPersistedSnapshot(),
      timers: Object.values(actor.system.getSnapshot()._scheduledEvents),
      effects: [...effects],
    }),
  };
}

export type ConnectionRig = ReturnType<typeof createConnectionRig>;
