import type { SimulationDeps } from './deps.ts';
import type { Host, Run } from './hosts.ts';
import type { NetworkFault } from './network-conditions.ts';

/** A fault, or a call of a program, that may come at any moment. */
export interface Action {
  readonly name: string;
  /** How often it is chosen, beside the others. */
  readonly weight: number;
  /** Returns a line for the trace; `notApplicable` where there is nothing that it can act on. */
  readonly run: (deps: SimulationDeps) => string | undefined;
}

export const notApplicable = undefined;

export const activeRuns = ({ hosts }: SimulationDeps): Run[] => hosts.live.filter(({ clock }) => !clock.frozen);
export const anyRun = (deps: SimulationDeps): Run | undefined => deps.random.pick(activeRuns(deps));

export function anyTwo(deps: SimulationDeps): readonly [Run, Host] | undefined {
  const { hosts, random } = deps;
  const from = random.pick(activeRuns(deps));
  const to = random.pick(hosts.all.filter((host) => host !== from?.host));
  return from && to ? [from, to] : undefined;
}

/** Adds the fault to the network conditions for so long. */
export function addNetworkFault({ conditions, network, later }: SimulationDeps, ms: number, fault: NetworkFault): void {
  const remove = conditions.add(fault);
  later(ms, () => {
    remove();
    network.wake();
  });
}
