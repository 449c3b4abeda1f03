import { describe, expect, it } from 'vitest';
import type { NodeEvent } from '../../src/machines/node/events.ts';
import { nodeMachine } from '../../src/machines/node/machine.ts';
import { incarnations } from '../../src/testing/model/connection-samples.ts';
import { createCoverage, machineStates, machineTransitions } from '../../src/testing/model/coverage.ts';
import { createNodeRig, type NodeRig } from '../support/node-rig.ts';

const { first, newer } = incarnations;
const coverage = createCoverage('node');

type Step = (rig: NodeRig) => void | Promise<void>;

const send =
  (...events: readonly NodeEvent[]): Step =>
  (rig) =>
    rig.send(...events);

/** Everything that can happen around two peers of which there is room for one. */
const steps: ReadonlyMap<string, Step> = new Map<string, Step>([
  ['start', send({ type: 'start' })],
  ['stop', send({ type: 'stop' })],
  ['open ends', (rig) => rig.resolve('open')],
  ['open fails', (rig) => rig.reject('open')],
  ['flush ends', (rig) => rig.resolve('flush')],
  ['flush fails', (rig) => rig.reject('flush')],
  ['close ends', (rig) => rig.resolve('close')],
  ['close fails', (rig) => rig.reject('close')],
  ['the network changes', send({ type: 'network.changed' })],
  ['a newer copy is met', send({ type: 'superseded', address: '192.0.2.9', port: 4_000 })],
  [
    'it is time to look for the copy',
    (rig) => {
      if (rig.state === 'running.superseded.waiting') rig.clock.advance(rig.context.copyCheckMs);
    },
  ],
  ['the copy is there', (rig) => rig.resolve('findCopy', true)],
  ['the copy is gone', (rig) => rig.resolve('findCopy', false)],
  ['the look fails', (rig) => rig.reject('findCopy')],
  ...['b', 'c'].flatMap((id): [string, Step][] => [
    [`${id} is announced`, send({ type: 'device', id, incarnation: first, fresh: true })],
    [`a newer ${id} is announced`, send({ type: 'device', id, incarnation: newer, fresh: true })],
    [
      `${id} opens a session`,
      send({
        type: 'signalling.opened',
        id,
        key: `${id}1`,
        opener: 'remote',
        incarnation: first,
        remoteGeneration: 0,
        localGeneration: 0,
      }),
    ],
    [`connect ${id}`, send({ type: 'connect', id })],
    [`disconnect ${id}`, send({ type: 'disconnect', id })],
    [`${id} cannot be reached`, (rig) => giveUp(rig, id)],
    [`${id} disconnects`, (rig) => rig.tell(id, { type: 'remote.bye', reason: 'disconnect', incarnation: first })],
    [`${id} stops`, (rig) => rig.tell(id, { type: 'remote.bye', reason: 'stopping', incarnation: first })],
    [
      `the connection with ${id} breaks`,
      (rig) => {
        rig.breakNext(id);
        rig.tell(id, { type: 'close', reason: 'disconnect' });
        // There was no actor to break.
        rig.mend(id);
      },
    ],
  ]),
]);

function giveUp(rig: NodeRig, id: string): void {
  rig.tell(id, { type: 'dial.failed', refused: false, denied: false, code: 'ERR_TIMEOUT' });
}

const keyOf = (rig: NodeRig): string =>
  JSON.stringify([
    rig.state,
    rig.peers,
    [...rig.context.blocked].map(([id, block]) => `${id} ${block.by}`).sort(),
    rig.context.error !== null,
  ]);

async function walk(path: readonly string[]): Promise<NodeRig> {
  const rig = createNodeRig({ maxPeers: 1, remembered: 2, inspect: coverage.inspect });
  for (const name of path) await steps.get(name)?.(rig);
  return rig;
}

const tasksOf: Readonly<Record<string, readonly string[]>> = {
  stopped: [],
  starting: ['open'],
  'running.active': ['discovery'],
  'running.superseded.waiting': [],
  'running.superseded.looking': ['findCopy'],
  'stopping.flushing': ['flush'],
  'stopping.closing': ['close'],
};

function checkInvariants(rig: NodeRig): void {
  const { state, peers, children } = rig;
  expect(rig.errors).toEqual([]);
  expect(Object.keys(peers).length).toBeLessThanOrEqual(1);
  expect(rig.context.blocked.size).toBeLessThanOrEqual(2);
  // Actors that ended are released, and those run that the state names.
  const named = Object.keys(peers).map((id) => `peer:${id}`);
  expect(children).toEqual([...(tasksOf[state] ?? []), ...named].sort());
  expect(rig.discovering).toBe(state === 'running.active' ? 1 : 0);
  if (state.startsWith('running.superseded')) expect([peers, rig.links.size, rig.dialers.size]).toEqual([{}, 0, 0]);
  if (state === 'stopped' || state === 'starting' || state === 'stopping.closing') {
    expect(peers).toEqual({});
    expect([rig.links.size, rig.dialers.size, rig.clock.pending]).toEqual([0, 0, 0]);
  }
  for (const [id, at] of Object.entries(peers)) {
    expect(rig.context.blocked.has(id)).toBe(false);
    expect([...rig.links].filter((name) => name.startsWith(id))).toHaveLength(at.includes('linking') ? 1 : 0);
  }
}

/** Every state that the steps lead to, breadth first; each is checked after each step that leads there. */
async function explore(): Promise<Set<string>> {
  const rig = createNodeRig({ maxPeers: 1, remembered: 2 });
  const seen = new Set([keyOf(rig)]);
  const queue: (readonly string[])[] = [[]];
  for (let path = queue.shift(); path; path = queue.shift()) {
    for (const name of steps.keys()) {
      const next = [...path, name];
      const at = await walk(next);
      const key = keyOf(at);
      try {
        checkInvariants(at);
      } catch (cause) {
        throw new Error(`in ${key} after\n${next.join('\n')}`, { cause });
      }
      at.actor.stop();
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push(next);
    }
  }
  return seen;
}

describe('the node machine', () => {
  it('runs what its state says and lets go of what ended, along every step', async () => {
    const seen = await explore();
    expect(seen.size).toBeGreaterThan(50);
  }, 60_000);

  it('survives an actor of its own that breaks', async () => {
    const rig = createNodeRig({ inspect: coverage.inspect, breakDiscovery: true });
    rig.send({ type: 'start' });
    await rig.resolve('open');
    expect([rig.state, rig.errors]).toEqual(['running.active', []]);
  });

  it('was in every state', () => {
    expect([...coverage.states].sort()).toEqual(machineStates(nodeMachine).sort());
  });

  it('took every transition', () => {
    expect(machineTransitions(nodeMachine).filter((name) => !coverage.transitions.has(name))).toEqual([]);
  });
});
