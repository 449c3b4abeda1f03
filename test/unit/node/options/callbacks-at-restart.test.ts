import { describe, expect, it } from 'vitest';
import { limits } from '../../../../src/index.ts';
import { outcomeOf } from '../../../support/memory-pair.ts';
import { createRestarts, type Restarts } from '../../../support/restarts.ts';

const sides = ['lower', 'higher'] as const;

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
