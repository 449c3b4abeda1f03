import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, describe, expect, it } from 'vitest';
import { type LanpeerNode, type Logger, limits } from '../../../../src/index.ts';
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
const linkCauses: Readonly<Record<string, (world: Restarts) => Promise<unknown>>> = {
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
    describe.each(Object.entries(linkCauses))('%s', (_cause, cause) => {
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
        await cause(world);
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
