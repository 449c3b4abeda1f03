import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, describe, expect, it } from 'vitest';
import { type LanpeerNode, type Logger, limits } from '../../../../src/index.ts';
import { protocolVersion } from '../../../../src/protocol/greeting.ts';
import { outcomeOf } from '../../../support/memory-pair.ts';
import { createRestarts, type Restarts } from '../../../support/restarts.ts';

const sides = ['lower', 'higher'] as const;
const transports = [['webrtc', 'tls'], ['tls']] as const;
const offs: (() => void)[] = [];

afterEach(() => {
  for (const off of offs.splice(0)) off();
});

type Heard = (listener: () => void) => { readonly logger?: Logger; watch?(node: LanpeerNode, id: string): void };

/** Where a program is told, synchronously, that it is connected. */
const places: Readonly<Record<string, Heard>> = {
  peers$: (heard) => ({
    watch(node, id) {
      let here = false;
      node.peers$.subscribe((peers) => {
        const before = here;
        here = peers.has(id);
        if (here && !before) heard();
      });
    },
  }),
  connections$: (heard) => ({
    watch: (node) =>
      void node.connections$.subscribe(({ state }) => {
        if (state === 'connected') heard();
      }),
  }),
  sessions$: (heard) => ({
    watch: (node, id) =>
      void node.sessions$.subscribe(() => {
        // A session that ends without a link is over: there is no peer to send to.
        let here = false;
        node.peers$.subscribe((peers) => (here = peers.has(id))).unsubscribe();
        if (here) heard();
      }),
  }),
  'the logger': (heard) => {
    const log = (what: object): void => {
      if ((what as { readonly state?: unknown }).state === 'connected') heard();
    };
    return { logger: { debug: () => undefined, info: log, warn: () => undefined, error: () => undefined } };
  },
  'a diagnostics channel': (heard) => ({
    watch(node) {
      const take = (said: unknown): void => {
        const { node: id, state } = said as { readonly node: string; readonly state: string };
        if (id === node.id && state === 'connected') heard();
      };
      subscribe('lanpeer:connection', take);
      offs.push(() => unsubscribe('lanpeer:connection', take));
    },
  }),
};

/** How there comes to be a link. */
const scenes: Readonly<Record<string, (world: Restarts) => Promise<unknown>>> = {
  'the first link': () => Promise.resolve(),
  'a link after an outage': async ({ clock, network, node, peer }) => {
    network.drop(node, peer.node);
    await clock.advanceAsync(5_000);
  },
  'a peer that was killed and started again': async (world) => {
    world.kill();
    await world.clock.advanceAsync(2_000);
    await world.start();
  },
  'a peer that was killed and started again after the session had ended': async (world) => {
    world.kill();
    await world.clock.advanceAsync(limits.messages.outageMs + 20_000);
    await world.start();
  },
  'a peer whose host lost power and is back at once': async (world) => {
    world.kill('power');
    await world.start();
  },
  'an outage that ended the session': async ({ clock, network, node, peer }) => {
    network.cut(node, peer.node);
    await clock.advanceAsync(limits.messages.outageMs + 20_000);
    network.heal();
    await clock.advanceAsync(40_000);
  },
};

/** Of a broadcast, or of a request to all. */
function allWell(results: ReadonlyMap<string, { readonly ok: boolean }>): void {
  if (results.size === 0 || [...results.values()].some(({ ok }) => !ok)) throw new Error('not to every peer');
}

describe.each(sides)('the %s id', (side) => {
  describe.each(transports.map((list) => [list.join(), list] as const))('over %s', (_, list) => {
    describe.each(Object.entries(scenes))('%s', (_scene, scene) => {
      it.each(Object.entries(places))('what is sent and asked in %s reaches the peer', async (_place, place) => {
        const outcomes: { readonly now: unknown }[] = [];
        const fates: (string | undefined)[] = [];
        let told = 0;
        const heard = (): void => {
          told += 1;
          const no = told;
          const { node, peerId } = world;
          const sends = [node.send(peerId, 'n', no), node.send(peerId, 'n', no + 0.25, { wait: false })];
          for (const sent of sends) {
            const at = fates.push(undefined) - 1;
            sent.then(({ delivered }) => delivered.then((fate) => fates.splice(at, 1, fate))).catch(() => undefined);
          }
          outcomes.push(
            ...sends.map(outcomeOf),
            outcomeOf(node.broadcast('n', no + 0.5).then(allWell)),
            outcomeOf(node.send(peerId, 'n', no + 0.75, { volatile: true })),
            outcomeOf(node.request(peerId, 'q', no)),
            outcomeOf(node.requestAll('q', no).then(allWell)),
          );
          queueMicrotask(() => outcomes.push(outcomeOf(node.request(peerId, 'q', no + 0.5))));
        };
        const { logger, watch } = place(heard);
        const world = createRestarts({ side, transports: list, ...(logger && { logger }) });
        await world.node.start();
        watch?.(world.node, world.peerId);
        await world.start();
        await scene(world);
        await world.clock.advanceAsync(2_000);
        const got = world.runs.flatMap((run) => run.got);
        const asked = world.runs.flatMap((run) => run.asked);
        expect(told).toBeGreaterThan(0);
        expect(fates).toEqual(fates.map(() => 'delivered'));
        expect(outcomes.map(({ now }) => now)).toEqual(outcomes.map(() => 'resolved'));
        for (let no = 1; no <= told; no += 1) {
          expect(got).toEqual(expect.arrayContaining([no, no + 0.25, no + 0.5, no + 0.75]));
          expect(asked.filter((one) => one === no)).toHaveLength(2);
          expect(asked).toContain(no + 0.5);
        }
        // What was told last reached the run that is there now.
        expect(world.peer.got).toContain(told);
      });
    });
  });
});

/** Calls back, synchronously, each time that the peer is told to be connected again. */
function atConnected({ node }: Restarts, heard: (no: number) => void): void {
  let no = 0;
  node.connections$.subscribe(({ state, previous }) => {
    if (state !== 'connected' || previous === 'connected') return;
    no += 1;
    heard(no);
  });
}

describe.each(sides)('what the %s id sends when it is told of a peer that was started again', (side) => {
  async function begin(options: Omit<Parameters<typeof createRestarts>[0], 'side'> = {}) {
    const world = createRestarts({ side, ...options });
    await world.node.start();
    return world;
  }

  async function restart(world: Restarts): Promise<void> {
    world.kill();
    await world.clock.advanceAsync(2_000);
    await world.start();
  }

  it('finds room, however much was waiting for the run before, and comes behind calls that waited for room', async () => {
    const world = await begin();
    const { node, peerId, clock } = world;
    const { queued } = limits.messages;
    const outcomes: { readonly now: unknown }[] = [];
    await world.start();
    atConnected(world, () => {
      outcomes.push(outcomeOf(node.send(peerId, 'n', 'at once', { wait: false })));
      outcomes.push(outcomeOf(node.send(peerId, 'n', 'behind')));
    });
    world.kill();
    await clock.advanceAsync(2_000);
    const before = await Promise.all(Array.from({ length: queued }, (_, n) => node.send(peerId, 'n', n)));
    outcomes.push(outcomeOf(node.send(peerId, 'n', 'waited')));
    await world.start();
    expect(new Set(await Promise.all(before.map(({ delivered }) => delivered)))).toEqual(new Set(['unsent']));
    expect(outcomes.map(({ now }) => now)).toEqual(['resolved', 'resolved', 'resolved']);
    expect(world.peer.got).toEqual(['waited', 'at once', 'behind']);
  });

  it('is delivered before a disconnect, or a stop, that is called right behind it', async () => {
    for (const leave of ['disconnect', 'stop'] as const) {
      const world = await begin();
      const { node, peerId, clock } = world;
      let fate: string | undefined;
      let left = { now: undefined as unknown };
      await world.start();
      atConnected(world, () => {
        node
          .send(peerId, 'n', 'farewell')
          .then(({ delivered }) => delivered)
          .then((is) => {
            fate = is;
          });
        left = outcomeOf(leave === 'stop' ? node.stop() : node.disconnect(peerId));
      });
      await restart(world);
      await clock.advanceAsync(10_000);
      expect([fate, world.peer.got, left.now]).toEqual(['delivered', ['farewell'], 'resolved']);
    }
  });

  it('waits for the next link, in order, where the first one breaks at once', async () => {
    const world = await begin();
    const { node, peerId, network, clock } = world;
    const fates: string[] = [];
    await world.start();
    atConnected(world, (no) => {
      void node.send(peerId, 'n', no).then(async ({ delivered }) => fates.push(await delivered));
      if (no === 1) queueMicrotask(() => network.drop(node, world.peer.node));
    });
    await restart(world);
    await clock.advanceAsync(10_000);
    expect([fates, world.peer.got]).toEqual([
      ['delivered', 'delivered'],
      [1, 2],
    ]);
  });
});

describe('what is sent, asked and left in a callback of a connected peer', () => {
  const large = new Uint8Array(limits.messages.largeBytes + 1);
  type Prepare = (world: Restarts, heard: () => void) => void;
  const callbacks: Readonly<Record<string, Prepare>> = {
    'a handler': ({ node }, heard) => void node.handle('go', heard),
    'a handler of everything': ({ node }, heard) => void node.handleAll(heard),
    messages$: ({ node }, heard) => void node.messages$.subscribe(heard),
    'a responder': ({ node }, heard) => void node.respond('ask', () => heard()),
    errors$({ node }, heard) {
      node.errors$.subscribe(heard);
      node.handle('go', () => {
        throw new Error('of the program');
      });
    },
    'transfers$ of what comes': ({ node }, heard) =>
      void node.transfers$.subscribe(({ direction }) => {
        if (direction === 'in') heard();
      }),
    'transfers$ of what goes'({ node, peerId }, heard) {
      node.transfers$.subscribe(({ direction }) => {
        if (direction === 'out') heard();
      });
      node.handle('go', () => void node.send(peerId, 'large', large).catch(() => undefined));
    },
    deviceEvents$: ({ node }, heard) =>
      void node.deviceEvents$.subscribe(({ change }) => {
        if (change !== 'found') heard();
      }),
  };

  it.each(Object.entries(callbacks))('%s: arrives, and before the goodbye', async (_, prepare) => {
    const world = createRestarts({ side: 'higher' });
    const { node, peerId, clock, network } = world;
    const fates: string[] = [];
    let left = { now: undefined as unknown };
    await node.start();
    const { node: peer, got, asked } = await world.start();
    let told = false;
    prepare(world, () => {
      if (told) return;
      told = true;
      void node.send(peerId, 'n', 'told').then(async ({ delivered }) => fates.push(await delivered));
      node.request(peerId, 'q', 'told').catch(() => undefined);
      left = outcomeOf(node.disconnect(peerId));
    });
    const sent = (await peer.send(node.id, 'go', null)).delivered;
    peer.request(node.id, 'ask', null).catch(() => undefined);
    const transfer = (await peer.send(node.id, 'large', large)).delivered;
    network.forge(
      {
        kind: 'announced',
        txt: {
          version: protocolVersion,
          id: peerId,
          incarnation: { counter: 101, random: '0'.repeat(16) },
          name: 'there',
          networkTag: null,
        },
        port: 9,
        addresses: ['192.0.2.9'],
      },
      '192.0.2.9',
    );
    await clock.advanceAsync(20_000);
    expect([told, fates, got, asked, left.now]).toEqual([true, ['delivered'], ['told'], ['told'], 'resolved']);
    expect([await sent, await transfer]).toEqual([expect.any(String), expect.any(String)]);
  });

  it('a handler that leaves its sender has handled the message', async () => {
    const world = createRestarts({ side: 'higher' });
    const { node, peerId, clock } = world;
    await node.start();
    const { node: peer } = await world.start();
    node.handle('go', () => void node.disconnect(peerId));
    const { delivered } = await peer.send(node.id, 'go', null);
    await clock.advanceAsync(5_000);
    expect(await delivered).toBe('delivered');
  });
});

it('when the answer to a request of the run before waited for room, sends it to no other run', async () => {
  const large = new Uint8Array(limits.messages.queuedBytes * 0.6);
  const outcomes: { readonly now: unknown }[][] = [];
  const world = createRestarts({
    side: 'lower',
    prepare(peer) {
      const run = outcomes.push([]) - 1;
      peer.connections$.subscribe(({ id, state, previous }) => {
        if (state === 'connected' && previous !== 'connected')
          for (let no = 0; no < 3; no += 1) outcomes[run]?.push(outcomeOf(peer.request(id, 'any', run)));
      });
    },
  });
  const { node, clock } = world;
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  node.respond('any', ({ data }) => (data === 0 ? released.then(() => large) : new Promise(() => undefined)));
  await node.start();
  await world.start();
  world.kill();
  await clock.advanceAsync(2_000);
  // One has a place; the others wait for room.
  release();
  await clock.advanceAsync(1_000);
  await world.start();
  await clock.advanceAsync(5_000);
  expect(outcomes[1]?.map(({ now }) => now)).toEqual([undefined, undefined, undefined]);
});
