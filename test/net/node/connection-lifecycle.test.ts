import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { createTestModel } from 'xstate/graph';
import type { ConnectionChange, LanpeerNode } from '../../../src/index.ts';
import { connection, makeDirectory, makeKeyFile, startNode } from '../../support/cli.ts';
import { isUpgraded, makeNode, nextChange, recordChanges } from '../../support/nodes.ts';

/**
 * What a program sees of one connection, written down without looking at the machine that makes it. Every path through
 * it is walked by a real node and a real process on loopback.
 */
const life = createMachine({
  id: 'life',
  initial: 'none',
  states: {
    none: { on: { CONNECT: 'connected', CONNECT_TO_NOBODY: 'unreachable', THEY_CONNECT: 'connected' } },
    connected: {
      on: { DISCONNECT: 'closedHere', THEY_DISCONNECT: 'closedThere', THEY_STOP: 'stoppedThere', THEY_DIE: 'gone' },
    },
    unreachable: { on: { CONNECT: 'connected', DISCONNECT: 'closedHere' } },
    gone: { on: { THEY_RETURN: 'connected', DISCONNECT: 'closedOnNobody' } },
    stoppedThere: { on: { THEY_RETURN: 'connected' } },
    closedHere: { on: { CONNECT: 'connected' } },
    closedOnNobody: { on: { THEY_RETURN: 'connected' } },
    closedThere: { on: { CONNECT: 'connected' } },
  },
});

const expected: Readonly<Record<string, Partial<ConnectionChange>>> = {
  connected: { state: 'connected' },
  unreachable: { state: 'failed', reason: 'unreachable', code: 'ERR_REFUSED' },
  gone: { state: 'failed', reason: 'gone' },
  stoppedThere: { state: 'closed', reason: 'remote-stopping' },
  closedHere: { state: 'closed', reason: 'disconnect' },
  closedOnNobody: { state: 'closed', reason: 'disconnect' },
  closedThere: { state: 'closed', reason: 'remote-disconnect' },
};

const limit = { timeout: 60_000 };

async function setUp() {
  const keyFile = await makeKeyFile();
  const state = await makeDirectory();
  const more = ['--no-discovery'];
  let remote = await startNode({ keyFile, state, more });
  const networkKey = (await readFile(keyFile, 'utf8')).trim();
  const node: LanpeerNode = makeNode({ access: { networkKey } });
  await node.start();
  const changes = recordChanges(node);
  const target = () => ({ address: '127.0.0.1', port: remote.port, id: remote.id });
  const reaches = (state: string, reason?: string): Promise<ConnectionChange> =>
    nextChange(node, (change) => change.state === state && (reason === undefined || change.reason === reason));
  const returns = async (): Promise<void> => {
    remote = await startNode({ keyFile, state, more: [...more, '--port', String(remote.port)] });
    remote.cli.write({ do: 'connect', address: '127.0.0.1', port: node.port, id: node.id });
  };

  const events: Record<string, () => Promise<unknown>> = {
    CONNECT: () => node.connect(target()),
    CONNECT_TO_NOBODY: () => {
      const failed = reaches('failed');
      return Promise.all([
        failed,
        expect(node.connect({ ...target(), port: 1 })).rejects.toMatchObject({ code: 'ERR_REFUSED' }),
      ]);
    },
    THEY_CONNECT: () => {
      const connected = reaches('connected');
      remote.cli.write({ do: 'connect', address: '127.0.0.1', port: node.port, id: node.id });
      return connected;
    },
    DISCONNECT: async () => {
      await node.disconnect(remote.id);
    },
    THEY_DISCONNECT: async () => {
      await remote.cli.waitFor('connected', connection(node.id, 'connected'));
      const closed = reaches('closed');
      remote.cli.write({ do: 'disconnect', id: node.id });
      await closed;
    },
    THEY_STOP: async () => {
      const closed = reaches('closed');
      remote.cli.kill('SIGTERM');
      await Promise.all([closed, remote.cli.exited]);
    },
    THEY_DIE: async () => {
      // With a link over TLS its session ends as well, which shows at once.
      await isUpgraded(node, remote.id);
      const failed = reaches('failed', 'gone');
      remote.cli.kill('SIGKILL');
      await Promise.all([failed, remote.cli.exited]);
    },
    THEY_RETURN: async () => {
      const connected = reaches('connected');
      await returns();
      await connected;
    },
  };
  return { node, changes, events, remoteId: () => remote.id };
}

describe('every step of the life of a connection, with a real process at the other end', () => {
  const model = createTestModel(life);
  const steps = new Set<string>();
  const paths = model.getSimplePaths().filter((path) => {
    // A path adds something if one of its steps was in none before it.
    const names = path.steps.map((step, at) => `${String(path.steps[at - 1]?.state.value)} ${step.event.type}`);
    const adds = names.some((name) => !steps.has(name));
    for (const name of names) steps.add(name);
    return adds;
  });

  for (const path of paths) {
    const name = path.steps.map(({ event }) => event.type).join(', ');
    if (name === 'xstate.init') continue;
    test(name.replace('xstate.init, ', ''), limit, async () => {
      const { node, changes, events, remoteId } = await setUp();
      for (const { event, state } of path.steps) {
        if (event.type === 'xstate.init') continue;
        await events[event.type]?.();
        const now = String(state.value);
        const last = changes.findLast((change) => change.id === remoteId() && isSettled(change, now));
        expect(last, `after ${event.type}`).toMatchObject(expected[now] ?? {});
        const counts = node.stats().connections;
        expect(counts.connected).toBe(now === 'connected' ? 1 : 0);
      }
    });
  }

  test('every step was taken', () => {
    const all = Object.entries(life.states).flatMap(([state, node]) =>
      Object.keys(node.on).map((event) => `${state} ${event}`),
    );
    const taken = new Set([...steps].map((step) => step.replace('undefined', 'none')));
    expect(all.filter((step) => !taken.has(step))).toEqual([]);
  });
});

/** A failed connection is tried again and again; what counts is what it settled on for the model's state. */
function isSettled(change: ConnectionChange, state: string): boolean {
  return change.state === expected[state]?.state && (expected[state]?.reason ?? change.reason) === change.reason;
}
