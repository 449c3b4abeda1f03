import { describe, expect, it } from 'vitest';
import { createMemorySignallingNetwork } from '../../../src/adapters/signalling/memory/memory-signalling.ts';
import type { SignallingSession } from '../../../src/adapters/signalling/port.ts';
import { systemClock } from '../../../src/environment.ts';
import { carrierHeader, formatCarried, parseCarried } from '../../../src/protocol/carrier.ts';
import { transportCompliance } from '../../../src/testing/compliance/transport.ts';
import { recordLink } from '../../../src/testing/compliance/transport-pair.ts';
import { codeOf } from '../../support/code-of.ts';
import { tlsPair } from '../../support/transport/tls-pair.ts';

const ids = ['a'.repeat(52), `${'b'.repeat(51)}a`] as const;

async function joined(): Promise<readonly [SignallingSession, SignallingSession]> {
  const network = createMemorySignallingNetwork({ clock: systemClock });
  const make = (id: string, address: string) =>
    network.signalling({
      id,
      address,
      access: {},
      greet: () => ({ incarnation: { counter: 1, random: '0123456789abcdef' }, name: id, held: 0 }),
    });
  const [near, far] = [make(ids[0], '192.0.2.1'), make(ids[1], '192.0.2.2')];
  const { promise: came, resolve: session } = Promise.withResolvers<SignallingSession>();
  const { port } = await far.listen({ session, refused: () => undefined, error: () => undefined });
  const { signal } = new AbortController();
  return Promise.all([near.dial({ address: '192.0.2.2', port, signal }), came]);
}

describe('TLS transport over signalling in memory', () => {
  it.each(transportCompliance)('$name', async ({ run }) => {
    const [near, far] = await joined();
    await run(() => tlsPair(near, far));
  });
});

describe('TLS transport', () => {
  it('goes down where nothing carries it', async () => {
    const [near, far] = await joined();
    const end = recordLink(tlsPair(near, far).offerer, 'offerer', '192.0.2.1');
    await end.when(() => end.error !== undefined);
    expect(end.error?.code).toBe('ERR_TRANSPORT');
  });
});

describe('a binary frame of a session', () => {
  it.each([1, 2 ** 32, Number.MAX_SAFE_INTEGER])('carries epoch %d and its record', (epoch) => {
    const record = new Uint8Array([1, 2, 3]);
    const frame = formatCarried(epoch, record);
    expect(frame.byteLength).toBe(carrierHeader + 3);
    const parsed = parseCarried(frame);
    expect(parsed.epoch).toBe(epoch);
    expect([...parsed.record]).toEqual([1, 2, 3]);
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['half a header', new Uint8Array(7)],
    ['epoch 0', new Uint8Array(9)],
    ['an epoch that is no safe integer', new Uint8Array(9).fill(255)],
  ])('of %s is refused', (_, frame) => {
    expect(codeOf(() => parseCarried(frame))).toBe('ERR_PROTOCOL');
  });
});
