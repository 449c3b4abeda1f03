import { describe, expect, it } from 'vitest';
import { createActor } from 'xstate';
import { adjacencyMapToArray } from 'xstate/graph';
import type { ConnectionEvent } from '../../src/machines/connection/events.ts';
import { connectionMachine } from '../../src/machines/connection/machine.ts';
import {
  type ConnectionGraphEvent,
  connectionStateKey,
  createConnectionGraph,
} from '../../src/testing/model/connection-graph.ts';
import { type ConnectionRig, connectionInput, createConnectionRig } from '../../src/testing/model/connection-rig.ts';
import { createCoverage, machineStates, machineTransitions } from '../../src/testing/model/coverage.ts';
import { peerTransitions } from '../../src/testing/peer/transitions.ts';
import { createManualClock, type ManualClock } from '../support/manual-clock.ts';

const policy = { epochsPerAttempt: 2, maxAttempts: 2, crashes: 1, falls: 1 };
const transports = ['webrtc', 'tls'] as const;
const coverage = createCoverage('connection');
/** What was reported: from one state to another, and why. */
const reported = new Set<string>();

/** The timers of the states that the machine is in: event by delay. */
function timersOf({ actor, context }: ConnectionRig): Map<string, number> {
  const { delays } = connectionMachine.implementations;
  const timers = new Map<string, number>();
  for (const node of actor.getSnapshot()._nodes) {
    for (const { eventType, delay } of node.after) {
      const ms = typeof delay === 'string' ? delays[delay as keyof typeof delays] : delay;
      timers.set(eventType, Number(typeof ms === 'function' ? ms({ context } as never, undefined as never) : ms));
    }
  }
  return timers;
}

function play(rig: ConnectionRig, clock: ManualClock, event: ConnectionGraphEvent): void {
  if (event.type.startsWith('xstate.after.')) {
    const ms = timersOf(rig).get(event.type);
    // A timer that fired in vain is not armed again: what it would do has been seen where it was.
    if (ms !== undefined && clock.fire(ms)) return;
  }
  rig.send(event as ConnectionEvent);
}

function checkInvariants(rig: ConnectionRig, clock: ManualClock, fired: boolean): void {
  const { state, context, links, dialers, deeds } = rig;
  const { link, successor, offers } = context;
  expect(rig.faults).toEqual([]);
  expect(state.startsWith(context.state)).toBe(true);

  const known = [link, successor].flatMap((fact) => (fact ? [fact.no] : []));
  expect([...links.keys()].sort()).toEqual(known.sort());
  if (context.state === 'connected') expect(link).not.toBeNull();
  else if (!state.startsWith('connecting.linking')) expect(known).toEqual([]);
  else if (offers) expect(known).toHaveLength(1);
  if (context.state !== 'connected' || state === 'connected.steady') expect(successor).toBeNull();
  expect(dialers.size).toBeLessThanOrEqual(1);
  if (context.dialing) expect(dialers.size).toBe(1);
  if (/[.]dialing\b/.test(state)) expect(context.dialing).toBe(true);
  if (state === 'new' || state === 'closed') expect(dialers.size).toBe(0);

  const reports = deeds.filter((deed) => deed.deed === 'report');
  for (const [at, { state: to, reason }] of reports.entries()) {
    const from = reports[at - 1]?.state;
    if (from) reported.add(`${from} ${to} ${reason}`);
  }
  const last = reports.at(-1);
  expect(last).toMatchObject({
    state: context.state,
    reason: context.reason,
    epoch: context.state === 'connected' ? link?.epoch : null,
  });

  const timers = [...timersOf(rig).values()].sort((a, b) => a - b);
  if (fired) expect(timers).toEqual(expect.arrayContaining([...clock.armed]));
  else expect(clock.armed).toEqual(timers);
  if (state === 'closed') {
    expect(clock.armed).toEqual([]);
    const ended = deeds.flatMap((deed) => (deed.deed === 'end' ? [deed.key] : []));
    for (const { key } of context.signalling) expect(ended).toContain(key);
  }
}

/** The real machine, taken along these events. */
function createWalk(offers: boolean, events: readonly ConnectionGraphEvent[]) {
  const clock = createManualClock();
  const rig = createConnectionRig({ offers, policy, transports, clock, inspect: coverage.inspect });
  const taken: ConnectionGraphEvent[] = [];
  const step = (event: ConnectionGraphEvent): void => {
    taken.push(event);
    play(rig, clock, event);
  };
  for (const event of events) step(event);
  const { context, state } = rig;
  const timers = clock.armed.join();
  return {
    play: step,
    unmoved: () => rig.context === context && rig.state === state && clock.armed.join() === timers,
    check(key: string): void {
      const fired = taken.some(({ type }) => type.startsWith('xstate.after.'));
      try {
        expect(connectionStateKey(rig.actor.getSnapshot())).toBe(key);
        checkInvariants(rig, clock, fired);
      } catch (cause) {
        const story = taken.map((event) => JSON.stringify(event)).join('\n');
        throw new Error(`in ${rig.state} after\n${story}`, { cause });
      }
    },
  };
}

describe.each([
  { side: 'lower id', offers: true },
  { side: 'higher id', offers: false },
])('the connection machine of the $side', ({ offers }) => {
  const input = connectionInput({ offers, policy, transports }, createManualClock());
  const model = createConnectionGraph(input);
  const initial = createActor(connectionMachine, { input }).getSnapshot();
  const steps = adjacencyMapToArray(model.getAdjacencyMap());
  const onwards = Map.groupBy(steps, ({ state }) => connectionStateKey(state));
  const paths = model.getShortestPaths({ allowDuplicatePaths: true });

  it('has a shortest path to every state of the graph', () => {
    const reached = new Set(steps.map(({ nextState }) => connectionStateKey(nextState)));
    expect(new Set(paths.map(({ state }) => connectionStateKey(state)))).toEqual(
      reached.add(connectionStateKey(initial)),
    );
    expect(reached.size).toBeGreaterThan(200);
  });

  it('runs the links, dialers and timers of its state, along every step of the graph', () => {
    for (const path of paths) {
      const events = path.steps.map(({ event }) => event).filter(({ type }) => type !== 'xstate.init');
      const here = connectionStateKey(path.state);
      let walk = createWalk(offers, events);
      walk.check(here);
      for (const { event, nextState } of onwards.get(here) ?? []) {
        // An event that changed nothing leaves a walk that can take the next one.
        if (!walk.unmoved()) walk = createWalk(offers, events);
        walk.play(event);
        walk.check(connectionStateKey(nextState));
      }
    }
  }, 600_000);
});

describe('the paths of both sides together', () => {
  it('rest in or pass every state', () => {
    expect([...coverage.states].sort()).toEqual(machineStates(connectionMachine).sort());
  });

  it('take every transition', () => {
    const untaken = machineTransitions(connectionMachine).filter((name) => !coverage.transitions.has(name));
    expect(untaken).toEqual([]);
  });

  it('report the transitions that the kit for programs knows, and no other', () => {
    const known = peerTransitions.filter(({ from }) => from !== 'unknown');
    expect([...reported].sort()).toEqual(known.map(({ from, to, reason }) => `${from} ${to} ${reason}`).sort());
  });
});
