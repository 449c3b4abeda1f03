import { describe, expect, it } from 'vitest';
import { LanpeerError, type LanpeerErrorCode, type LanpeerNode } from '../../src/index.ts';
import { startPairOnMemory } from '../support/memory-pair.ts';
import { makeOddValues } from '../support/odd-arguments.ts';

type Call = (node: LanpeerNode, peer: string, value: never) => unknown;

const calls: Readonly<Record<string, Call>> = {
  'send to': (node, _, value) => node.send(value, 'x', 1),
  'send type': (node, peer, value) => node.send(peer, value, 1),
  'send data': (node, peer, value) => node.send(peer, 'x', value),
  'send options': (node, peer, value) => node.send(peer, 'x', 1, value),
  'send wait': (node, peer, value) => node.send(peer, 'x', 1, { wait: value }),
  'send signal': (node, peer, value) => node.send(peer, 'x', 1, { signal: value }),
  'send volatile': (node, peer, value) => node.send(peer, 'x', 1, { volatile: value }),
  'broadcast type': (node, _, value) => node.broadcast(value, 1),
  'broadcast data': (node, _, value) => node.broadcast('x', value),
  'broadcast options': (node, _, value) => node.broadcast('x', 1, value),
  'request to': (node, _, value) => node.request(value, 'echo', 1),
  'request type': (node, peer, value) => node.request(peer, value, 1),
  'request data': (node, peer, value) => node.request(peer, 'echo', value),
  'request options': (node, peer, value) => node.request(peer, 'echo', 1, value),
  'request timeout': (node, peer, value) => node.request(peer, 'echo', 1, { timeout: value }),
  'request signal': (node, peer, value) => node.request(peer, 'echo', 1, { signal: value }),
  'requestAll type': (node, _, value) => node.requestAll(value, 1),
  'requestAll data': (node, _, value) => node.requestAll('echo', value),
  'requestAll options': (node, _, value) => node.requestAll('echo', 1, value),
  'handle type': (node, _, value) => node.handle(value, () => undefined)(),
  'handle handler': (node, _, value) => node.handle('y', value)(),
  'handleAll handler': (node, _, value) => node.handleAll(value)(),
  'respond type': (node, _, value) => node.respond(value, () => undefined)(),
  'respond responder': (node, _, value) => node.respond('y', value)(),
  'connect target': (node, _, value) => node.connect(value),
  'connect address': (node, peer, value) => node.connect({ address: value, port: 1, id: peer }),
  'connect port': (node, peer, value) => node.connect({ address: '127.0.0.1', port: value, id: peer }),
  'connect id': (node, _, value) => node.connect({ address: '127.0.0.1', port: 1, id: value }),
  'connect signal': (node, peer, value) => node.connect({ address: '127.0.0.1', port: 1, id: peer, signal: value }),
  'disconnect id': (node, _, value) => node.disconnect(value),
  'inspect and stats': (node, _, value) => {
    (node.stats as (value: unknown) => unknown)(value);
    return (node.inspect as (value: unknown) => Promise<unknown>)(value);
  },
};

const synchronous = new Set([
  'handle type',
  'handle handler',
  'handleAll handler',
  'respond type',
  'respond responder',
]);

/** A page is served over real sockets. */
const realTime = new Set(['inspect and stats']);

describe('no value that a program passes', () => {
  it.each(Object.keys(calls))(
    'to %s makes it fail with anything but a code, or silences the peer',
    async (name) => {
      const call = calls[name] as Call;
      const { a, b, clock } = await startPairOnMemory();
      const trouble: LanpeerErrorCode[] = [];
      for (const node of [a, b]) node.errors$.subscribe(({ code }) => trouble.push(code));
      b.respond('echo', ({ data }) => data);
      let heard: unknown;
      b.handle('still-there', ({ data }) => {
        heard = data;
      });

      for (const [value, odd] of makeOddValues()) {
        const told = (thrown: unknown): void => {
          expect(thrown, value).toBeInstanceOf(LanpeerError);
          expect((thrown as LanpeerError).code, value).not.toBe('ERR_INTERNAL');
        };
        let result: unknown;
        try {
          result = call(a, b.id, odd as never);
        } catch (thrown) {
          expect(synchronous.has(name), `${value} is thrown`).toBe(true);
          told(thrown);
        }
        let settled = false;
        const settling = Promise.resolve(result)
          .catch(told)
          .finally(() => {
            settled = true;
          });
        const sent = a.send(b.id, 'still-there', value);
        await clock.advanceAsync(200);
        await (await sent).delivered;
        expect(heard, value).toBe(value);
        // Whatever goes on has a time limit of its own.
        for (let second = 0; second < 60 && !settled && !realTime.has(name); second += 1)
          await clock.advanceAsync(1_000);
        expect(settled || realTime.has(name), `${value} settles`).toBe(true);
        await settling;
      }
      expect(trouble.filter((code) => code !== 'ERR_HANDLER')).toEqual([]);
    },
    30_000,
  );
});
