import type { AnyActorRef, InspectionEvent } from 'xstate';
import type { ConnectionContext } from '../machines/connection/context.ts';
import type { ConnectionInput } from '../machines/connection/input.ts';
import type { NodeContext } from '../machines/node/context.ts';
import { connectionsOf, peerPrefix } from '../machines/node/setup.ts';
import type { NodeView } from '../node/observer.ts';
import { edgesOf } from './chart.ts';
import type { ActorEvent, StepEvent, Taken, Value } from './model/trace-events.ts';
import { connectionInputOf, eventOf, nodeInputOf, summaryOf } from './summaries.ts';

/** A snapshot of a machine, of the node or of a connection. */
interface Snapshot {
  readonly value: Value;
  readonly status: StepEvent['status'];
  readonly context: unknown;
}

const snapshotOf = (actor: AnyActorRef): Snapshot => actor.getSnapshot() as unknown as Snapshot;

export type ActorStatus = Omit<ActorEvent, 't' | 'at'>;

export interface Machines {
  /** Every machine as it is now, the node first. */
  standing(): ActorStatus[];
  stop(): void;
}

/**
 * Tells every machine that comes to be, and every event that one takes. XState calls this while it works: it must not
 * throw, and what it calls must not either.
 */
export function watchMachines(
  { actor, keepInputs, takeInputs, clock }: Pick<NodeView, 'actor' | 'keepInputs' | 'takeInputs' | 'clock'>,
  tell: (traceEvent: ActorEvent | StepEvent) => void,
): Machines {
  const ways = new Map<AnyActorRef, Taken[]>();
  const inputs = new Map<string, Readonly<Record<string, unknown>>>();
  const senders = new WeakMap<object, AnyActorRef>();
  const stopKeepingInputs = keepInputs();

  const isOurs = (ref: AnyActorRef): boolean => ref === actor || ref.id.startsWith(peerPrefix);
  const nameOf = (ref: AnyActorRef): string => (ref === actor ? 'node' : ref.id);

  function statusOf(ref: AnyActorRef): ActorStatus {
    const name = nameOf(ref);
    const { value, context } = snapshotOf(ref);
    return ref === actor
      ? { actor: name, machine: 'node', value, input: nodeInputOf(context as NodeContext) }
      : {
          actor: name,
          machine: 'connection',
          value,
          about: summaryOf(context as ConnectionContext),
          input: inputs.get(name) ?? {},
        };
  }

  function took(ref: AnyActorRef, { event, snapshot }: Extract<InspectionEvent, { type: '@xstate.snapshot' }>): void {
    const name = nameOf(ref);
    const at = clock.now();
    const taken = ways.get(ref) ?? [];
    ways.delete(ref);
    if (event.type === 'xstate.init') {
      if (ref !== actor) inputs.set(name, connectionInputOf(event['input'] as ConnectionInput));
      tell({ t: 'actor', at, ...statusOf(ref) });
      return;
    }
    const { value, status, context } = snapshot as unknown as Snapshot;
    if (status !== 'active') inputs.delete(name);
    const sender = senders.get(event);
    const drawn = ref === actor ? undefined : takeInputs(name.slice(peerPrefix.length));
    tell({
      t: 'step',
      at,
      actor: name,
      event: eventOf(event),
      value,
      status,
      taken,
      ...(ref !== actor && { about: summaryOf(context as ConnectionContext) }),
      ...(sender && sender !== ref && isOurs(sender) && { inner: true }),
      ...(drawn && { drawn }),
    });
  }

  const subscription = actor.system.inspect((inspected) => {
    const ref = inspected.actorRef as AnyActorRef;
    if (!isOurs(ref)) return;
    if (inspected.type === '@xstate.event') {
      if (inspected.sourceRef) senders.set(inspected.event, inspected.sourceRef as AnyActorRef);
    } else if (inspected.type === '@xstate.microstep') {
      const way = ways.get(ref) ?? [];
      ways.set(ref, way);
      for (const transition of inspected._transitions) way.push(...edgesOf(transition));
    } else if (inspected.type === '@xstate.snapshot') took(ref, inspected);
  });

  return {
    standing: () => [actor as AnyActorRef, ...connectionsOf(actor).values()].map(statusOf),
    stop() {
      subscription.unsubscribe();
      stopKeepingInputs();
    },
  };
}
