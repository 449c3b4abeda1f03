import type { InspectionEvent } from 'xstate';
import type { Counters } from './counters.ts';

/** Counts what the machines of nodes, and the actors that these started, are sent, and the transitions that they take. */
export class Machines {
  readonly #counters: Counters;
  #machine: InspectionEvent['actorRef'] | undefined;

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  /** The option `inspect` of a node. */
  readonly inspect = ({ type, actorRef }: InspectionEvent): void => {
    if (type === '@xstate.event') this.#counters.add('machine events');
    if (type !== '@xstate.microstep') return;
    this.#counters.add('machine transitions');
    this.#machine = actorRef;
  };

  /** A planted regression: the machine that moved last gets an event that it has no transition for. */
  sendPlanted(): void {
    if (this.#counters.planted) this.#machine?.send({ type: 'planted' });
  }
}
