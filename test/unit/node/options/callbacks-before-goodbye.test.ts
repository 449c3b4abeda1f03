import { describe, expect, it } from 'vitest';
import { limits } from '../../../../src/index.ts';
import { protocolVersion } from '../../../../src/protocol/greeting.ts';
import { outcomeOf } from '../../../support/memory-pair.ts';
import { createRestarts, type Restarts } from '../../../support/restarts.ts';

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
