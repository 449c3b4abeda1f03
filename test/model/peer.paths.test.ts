import { describe, expect, it } from 'vitest';
import type { LanpeerNode } from '../../src/index.ts';
import { type PeerState, peerPaths, peerTransitions } from '../../src/testing/index.ts';

const paths = peerPaths();
const taken = new Set<string>();

/** The least that a program can do: it remembers what it was told last. */
function createListener(node: LanpeerNode) {
  let state: PeerState = 'unknown';
  let peers: readonly string[] = [];
  node.connections$.subscribe((change) => {
    state = change.state as PeerState;
  });
  node.peers$.subscribe((map) => {
    peers = [...map.keys()];
  });
  return { state: () => state, peers: () => peers };
}

describe('the paths of a peer', () => {
  it.each(paths.map((path) => [path.description, path] as const))('%s', async (_, path) => {
    const { changes } = await path.run({
      start: createListener,
      always(program, { state, peer, peerId }) {
        expect(program.state()).toBe(state);
        expect(program.peers()).toEqual(peer ? [peerId] : []);
      },
    });
    for (const { previous, state, reason } of changes) taken.add(`${previous ?? 'unknown'} ${state} ${reason}`);
  });

  it('take every transition that a program can see, but those that no event brings about', () => {
    const possible = peerTransitions.filter(({ notTaken }) => notTaken === undefined);
    expect([...taken].sort()).toEqual(possible.map(({ from, to, reason }) => `${from} ${to} ${reason}`).sort());
  });
});

/** Sends its own name to each peer that connects, at once. */
function createGreeter(node: LanpeerNode) {
  const greeted: string[] = [];
  node.connections$.subscribe(({ id, state }) => {
    if (state === 'connected') node.send(id, 'greeting', node.id).catch(() => undefined);
  });
  node.handle('greeting', ({ senderId }) => greeted.push(senderId));
  return { greeted };
}

describe('a program that greets in the callback of connections$', () => {
  it.each(paths.map((path) => [path.description, path] as const))('%s', async (_, path) => {
    await path.run({
      start: createGreeter,
      startPeer: createGreeter,
      states: {
        connected(program, { node, peerId, peerProgram }) {
          expect(program.greeted).toContain(peerId);
          expect(peerProgram?.greeted).toContain(node.id);
        },
      },
    });
  });
});

/** Says what it is, and where it belongs. */
function createMember(node: LanpeerNode) {
  node.setProperties({ role: 'member' });
  const group = node.join('players');
  node.respond('here', () => true);
  return { members: () => [...group.members.keys()] };
}

describe('a program with properties that is in a group', () => {
  it.each(paths.map((path) => [path.description, path] as const))('%s', async (_, path) => {
    await path.run({
      start: createMember,
      startPeer: createMember,
      states: {
        async connected({ members }, { node, peerId }) {
          // What a peer says of itself comes in front of what it answers.
          await node.request(peerId, 'here', null);
          expect(node.peers.get(peerId)).toMatchObject({ properties: { role: 'member' }, groups: ['players'] });
          expect(members()).toEqual([peerId]);
        },
        failed: ({ members }) => expect(members()).toEqual([]),
        closed: ({ members }) => expect(members()).toEqual([]),
      },
    });
  });
});

describe('a path', () => {
  const [path] = peerPaths({ side: 'lower' });

  it('is told by what happens in it, and each is told once', () => {
    const names = paths.map(({ description }) => description);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('lower id: the peer appears, then the path is cut, then the path heals');
  });

  it('fails with its own name, the step and what did not hold', async () => {
    const run = path?.run({
      start: () => 'a program',
      states: {
        closed: () => undefined,
        connected() {
          throw new Error('no peer is shown');
        },
        failed: () => undefined,
      },
    });
    await expect(run).rejects.toThrow(/^lower id: the peer appears[\s\S]*\nstep 1 of \d .*: no peer is shown$/);
  });

  it('fails when the program makes its node do what was not to happen', async () => {
    const meddling = (node: LanpeerNode): void => {
      node.peers$.subscribe((peers) => {
        for (const id of peers.keys()) node.disconnect(id).catch(() => undefined);
      });
    };
    await expect(path?.run({ start: meddling })).rejects.toThrow(
      /connections\$ should say .*; it says .*closed disconnect/,
    );
  });

  it('lets time pass for promises, and does not wait for ever', async () => {
    const sums: unknown[] = [];
    await path?.run({
      start: (node) => Promise.resolve(node),
      startPeer: (peer) => peer.respond('sum', ({ data }) => data),
      states: {
        async connected(node, { peerId }) {
          sums.push(await node.request(peerId, 'sum', 3));
        },
      },
    });
    expect(sums).toContain(3);
    await expect(path?.run({ start: () => new Promise(() => undefined) })).rejects.toThrow(/did not settle/);
  });
});
