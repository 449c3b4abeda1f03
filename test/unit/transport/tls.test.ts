import { describe, expect, it } from 'vitest';
import { createMemorySignallingNetwork } from '../../../src/adapters/signalling/memory/memory-signalling.ts';
import type { SignallingSession } from '../../../src/adapters/signalling/port.ts';
import type { LinkOptions, Transport, TransportLink } from '../../../src/adapters/transport/port.ts';
import { systemClock } from '../../../src/environment.ts';
import { limits } from '../../../src/limits.ts';
import { carrierHeader, formatCarried, parseCarried, streamGeneration } from '../../../src/protocol/carrier.ts';
import { transportCompliance } from '../../../src/testing/compliance/transport.ts';
import { openPair, recordLink } from '../../../src/testing/compliance/transport-pair.ts';
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
      greet: () => ({
        incarnation: { counter: 1, random: '0123456789abcdef' },
        name: id,
        held: 0,
        features: [],
        transports: [],
      }),
    });
  const [near, far] = [make(ids[0], '192.0.2.1'), make(ids[1], '192.0.2.2')];
  const { promise: came, resolve: session } = Promise.withResolvers<SignallingSession>();
  const { port } = await far.listen({ session, refused: () => undefined, error: () => undefined });
  const { signal } = new AbortController();
  return Promise.all([near.dial({ address: '192.0.2.2', port, timeoutMs: 1_000, signal }), came]);
}

describe('TLS transport over signalling in memory', () => {
  it.each(transportCompliance)('$name', async ({ run }) => {
    const [near, far] = await joined();
    const pair = tlsPair(near, far);
    await run(() => pair);
  });
});

describe('TLS transport', () => {
  it('goes down where nothing carries it', async () => {
    const [near, far] = await joined();
    const end = recordLink(tlsPair(near, far).offerer, 'offerer', '192.0.2.1');
    await end.when(() => end.error !== undefined);
    expect(end.error?.code).toBe('ERR_TRANSPORT');
  });

  it('drains as well when what left was that of another link', async () => {
    const pair = tlsPair(...(await joined()));
    const [busy] = await openPair(pair);
    const [waiting] = await openPair(pair);
    while (busy.link.bufferedAmount <= limits.tls.highWater) busy.link.send(new Uint8Array(limits.tls.recordBytes));
    expect(waiting.link.bufferedAmount).toBe(busy.link.bufferedAmount);
    await waiting.when(() => waiting.count('drain') > 0);
    expect(waiting.link.bufferedAmount).toBeLessThanOrEqual(limits.tls.lowWater);
  });
});

/** Both ends of a link by hand: what each hears, and what it describes. Frames on the sessions come a moment later. */
async function ends() {
  const [near, far] = await joined();
  const { offerer, answerer } = tlsPair(near, far);
  const make = (transport: Transport, session: SignallingSession, role: LinkOptions['role'], says: number) => {
    const heard: unknown[] = [];
    const bodies: unknown[] = [];
    const link: TransportLink = transport.open({
      role,
      remoteAddress: '192.0.2.1',
      carry: (listener) => session.carry(1, listener),
      firstRecord: () => Uint8Array.of(1, 2),
      listener: {
        signal: (body) => void bodies.push(body),
        negotiated: () => void heard.push('negotiated'),
        open: () => void heard.push('open'),
        record(bytes) {
          heard.push([...bytes]);
          link.send(Uint8Array.of(says));
        },
        drain: () => undefined,
        down: ({ code }) => void heard.push(code),
      },
    });
    return { heard, bodies, link };
  };
  return { near: make(offerer, near, 'offerer', 8), far: make(answerer, far, 'answerer', 9) };
}

describe('the first records of a link over TLS', () => {
  it('go with the offer, and what is said to them with the answer', async () => {
    const { near, far } = await ends();
    await Promise.resolve();
    expect(near.bodies).toEqual([{ tls: 'offer', record: 'AQI=' }]);
    far.link.signal(near.bodies[0]);
    await Promise.resolve();
    expect(far.heard).toEqual(['negotiated', 'open', [1, 2]]);
    expect(far.bodies).toEqual([{ tls: 'answer', record: 'CQ==' }]);
    near.link.signal(far.bodies[0]);
    expect(near.heard).toEqual(['negotiated', 'open', [9]]);
    await expect.poll(() => far.heard.at(-1)).toEqual([8]);
  });

  it('may be missing: a description without one opens the link', async () => {
    const { near, far } = await ends();
    await Promise.resolve();
    far.link.signal({ tls: 'offer' });
    await Promise.resolve();
    expect(far.bodies).toEqual([{ tls: 'answer' }]);
    near.link.signal({ tls: 'answer' });
    for (const { heard } of [near, far]) expect(heard).toEqual(['negotiated', 'open']);
  });

  it.each(['', 'A', 'AQI', '\u00e4', 1, null, ['AQI='], 'AQI=\n'])('of %j end the link', async (record) => {
    const { near, far } = await ends();
    near.link.signal({ tls: 'answer', record });
    far.link.signal({ tls: 'offer', record });
    await Promise.resolve();
    for (const { heard } of [near, far]) expect(heard).toEqual(['ERR_PROTOCOL']);
  });
});

describe('a binary frame of a session', () => {
  it.each([
    [1, [0, 0, 0, 0, 0, 0, 0, 1]],
    [2 ** 32, [0, 0, 0, 1, 0, 0, 0, 0]],
    [Number.MAX_SAFE_INTEGER, [0, 31, 255, 255, 255, 255, 255, 255]],
  ])('carries link generation %d and its record', (generation, header) => {
    const frame = formatCarried({ generation, record: Uint8Array.of(1, 2, 3) });
    expect(header).toHaveLength(carrierHeader);
    expect([...frame]).toEqual([...header, 1, 2, 3]);
    const parsed = parseCarried(frame);
    expect(parsed && { ...parsed, record: [...parsed.record] }).toEqual({ generation, record: [1, 2, 3] });
  });

  it('carries a record of byte streams', () => {
    const frame = formatCarried({ generation: streamGeneration, record: Uint8Array.of(1, 2, 3) });
    expect([...frame]).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3]);
    const parsed = parseCarried(frame);
    expect([parsed?.generation, [...(parsed?.record ?? [])]]).toEqual([streamGeneration, [1, 2, 3]]);
  });

  it('of a channel that this version does not know is none of its own, whatever is in it', () => {
    for (const channel of [2, 3, 255]) {
      expect(parseCarried(Uint8Array.of(channel, 0, 0, 0, 0, 0, 0, 0))).toBeUndefined();
      expect(parseCarried(new Uint8Array(20).fill(channel))).toBeUndefined();
    }
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['half a header', new Uint8Array(7)],
    ['generation 0', new Uint8Array(9)],
    ['a generation that is no safe integer', Uint8Array.of(0, 32, 0, 0, 0, 0, 0, 0, 1)],
    ['byte streams of a generation', Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 1, 1)],
    ['byte streams without a record', Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0)],
    ['half a header of another channel', Uint8Array.of(1, 0)],
  ])('of %s is refused', (_, frame) => {
    expect(codeOf(() => parseCarried(frame))).toBe('ERR_PROTOCOL');
  });
});
