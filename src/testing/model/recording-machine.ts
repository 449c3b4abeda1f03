import { fromCallback } from 'xstate';
import type { ConnectionEvent } from '../../machines/connection/events.ts';
import type { DialInput, LinkInput } from '../../machines/connection/input.ts';
import { connectionMachine } from '../../machines/connection/machine.ts';
import type { ConnectionState, Reason } from '../../machines/connection/reasons.ts';
import type { ByeReason } from '../../protocol/signal.ts';

/** One call of an action of the machine, as it was recorded. */
export type ConnectionEffect =
  | {
      readonly effect: 'report';
      readonly state: ConnectionState;
      readonly reason: Reason;
      readonly generation: number | null;
    }
  | { readonly effect: 'probe'; readonly no: number }
  | { readonly effect: 'farewell'; readonly no: number; readonly reason: 'disconnect' | 'stopping' }
  | { readonly effect: 'end'; readonly key: string; readonly reason: ByeReason };

/** A link that the machine started; {@link send} is what the link reports to it. */
export interface RunningLink {
  readonly input: LinkInput;
  readonly send: (event: ConnectionEvent) => void;
}

/** A dial that the machine started; {@link send} is what the dialer reports to it. */
export interface RunningDial {
  readonly input: DialInput;
  readonly send: (event: ConnectionEvent) => void;
}

export interface ActorListeners {
  /** Called when the actor starts; what it returns is called when the actor stops. */
  readonly onLink?: (link: RunningLink) => () => void;
  /** As {@link onLink}, for a dial. */
  readonly onDial?: (dial: RunningDial) => () => void;
}

/** What the actors and actions of one machine record. */
export interface Recording {
  readonly links: Map<number, RunningLink>;
  readonly dialers: Set<DialInput>;
  readonly record: (effect: ConnectionEffect) => void;
  readonly listeners: ActorListeners;
}

/** By actor system: to provide a machine anew for each costs a millisecond. */
const recordings = new WeakMap<object, Recording>();

/** Has the machine of that actor system record there. Before the actor starts. */
export function recordInto(system: object, recording: Recording): void {
  recordings.set(system, recording);
}

function recordingOf(system: object): Recording {
  const found = recordings.get(system);
  if (!found) throw new TypeError('This actor is of no rig.');
  return found;
}

/** The connection machine with actors that only record that they run, and actions that only record that they were called. */
export const recordingMachine = connectionMachine.provide({
  actors: {
    link: fromCallback<ConnectionEvent, LinkInput>(({ input, sendBack, system }) => {
      const { links, listeners } = recordingOf(system);
      const running: RunningLink = { input, send: sendBack };
      links.set(input.no, running);
      const stop = listeners.onLink?.(running);
      return () => {
        links.delete(input.no);
        stop?.();
      };
    }),
    dialer: fromCallback<ConnectionEvent, DialInput>(({ input, sendBack, system }) => {
      const { dialers, listeners } = recordingOf(system);
      dialers.add(input);
      const stop = listeners.onDial?.({ input, send: sendBack });
      return () => {
        dialers.delete(input);
        stop?.();
      };
    }),
  },
  actions: {
    report: ({ context: { state, reason, link: held }, system }) =>
      recordingOf(system).record({
        effect: 'report',
        state,
        reason,
        generation: state === 'connected' ? (held?.generation ?? null) : null,
      }),
    probe: ({ system }, { no }) => recordingOf(system).record({ effect: 'probe', no }),
    farewell: ({ system }, params) => recordingOf(system).record({ effect: 'farewell', ...params }),
    endSignalling: ({ system }, params) => recordingOf(system).record({ effect: 'end', ...params }),
  },
});
