import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { beforeAll, describe, expect, it } from 'vitest';
import { adjacencyMapToArray } from 'xstate/graph';
import { connectionMachine } from '../../src/machines/connection/machine.ts';
import { connectionStateKey, createConnectionGraph } from '../../src/testing/model/connection-graph.ts';
import { connectionInput } from '../../src/testing/model/connection-rig.ts';
import { machineStates, machineTransitions } from '../../src/testing/model/coverage.ts';
import { peerTransitions } from '../../src/testing/peer/transitions.ts';
import { exploreConnection } from '../support/connection-exploration.ts';
import type { WalkOptions } from '../support/connection-walk.ts';
import { createManualClock } from '../support/manual-clock.ts';

interface Explored {
  readonly steps: number;
  /** How many. */
  readonly states: number;
  /** What was reported: from one state to another, and why. */
  readonly reported: readonly string[];
  readonly passed: readonly string[];
  readonly taken: readonly string[];
}

/** A side at a time for each processor. A step after which something does not hold fails it, with the events before it. */
async function explore(offers: boolean): Promise<Explored> {
  const options: WalkOptions = {
    offers,
    policy: { linksPerAttempt: 2, maxAttempts: 2, crashes: 1, maxFailedLinks: 1 },
    transports: ['webrtc', 'tls'],
  };
  const program = new URL('../support/connection-exploration-process.ts', import.meta.url);
  const worker = new Worker(program, { workerData: options, execArgv: [] });
  const [explored] = await once(worker, 'message');
  return explored;
}

describe('the connection machine', () => {
  let both: readonly Explored[] = [];
  beforeAll(async () => {
    both = await Promise.all([true, false].map(explore));
  }, 600_000);

  it('runs the links, dialers and timers of its state, along every step from every state that there is', () => {
    expect(both.map(({ states }) => states > 1_000)).toEqual([true, true]);
    expect(both.map(({ steps }) => steps > 50_000)).toEqual([true, true]);
  });

  it('rests in or passes every state', () => {
    expect([...new Set(both.flatMap(({ passed }) => passed))].sort()).toEqual(machineStates(connectionMachine).sort());
  });

  it('takes every transition', () => {
    const taken = new Set(both.flatMap((one) => one.taken));
    expect(machineTransitions(connectionMachine).filter((name) => !taken.has(name))).toEqual([]);
  });

  it('reports the transitions that the kit for programs knows, and no other', () => {
    const known = peerTransitions.filter(({ from }) => from !== 'unknown');
    expect([...new Set(both.flatMap(({ reported }) => reported))].sort()).toEqual(
      known.map(({ from, to, reason }) => `${from} ${to} ${reason}`).sort(),
    );
  });
});

describe('the graph of the connection machine', () => {
  it('has the steps that the machine takes, and no other', () => {
    // A small world: the graph of the other side would be much larger.
    const options: WalkOptions = {
      offers: true,
      policy: { linksPerAttempt: 1, maxAttempts: 1, crashes: 1, maxFailedLinks: 1 },
      transports: ['tls'],
    };
    const taken: string[] = [];
    exploreConnection(options, (step) => void taken.push(JSON.stringify(step)));
    const graph = createConnectionGraph(connectionInput(options, createManualClock())).getAdjacencyMap();
    const steps = adjacencyMapToArray(graph).map(({ state, event, nextState }) =>
      JSON.stringify([connectionStateKey(state), event, connectionStateKey(nextState)]),
    );
    expect(steps.length).toBeGreaterThan(1_000);
    expect(taken.sort()).toEqual(steps.sort());
  }, 60_000);
});
