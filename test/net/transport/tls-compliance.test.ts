import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/limits.ts';
import { transportCompliance } from '../../../src/testing/compliance/transport.ts';
import { closePair, openPair } from '../../../src/testing/compliance/transport-pair.ts';
import { dial, makeEndpoint, record } from '../../support/signalling.ts';
import { tlsPair } from '../../support/transport/tls-pair.ts';

async function joined() {
  const [one, other] = await Promise.all([makeEndpoint(), makeEndpoint()]);
  const [near, far] = await Promise.all([dial(one, other), other.nextSession()]);
  return { near, far };
}

describe('TLS transport', () => {
  it.each(transportCompliance)('$name', async ({ run }) => {
    const { near, far } = await joined();
    const pair = tlsPair(near, far);
    await run(() => pair);
  });
});

describe('links on one session', () => {
  it('end with it, also when it breaks, and with no other', async () => {
    const { near, far } = await joined();
    const [kept, lost] = [await joined(), tlsPair(near, far)];
    const other = await openPair(tlsPair(kept.near, kept.far));
    const ends = [...(await openPair(lost)), ...(await openPair(lost))];
    near.close('failed');
    for (const end of ends) {
      await end.when(() => end.error !== undefined);
      expect(end.error?.code).toBe('ERR_TRANSPORT');
    }
    expect(other.map(({ error }) => error)).toEqual([undefined, undefined]);
    await closePair(other);
  });

  it('carry records beside signalling, far over its rate', async () => {
    const { near, far } = await joined();
    const { messages } = record(far);
    const ends = await openPair(tlsPair(near, far));
    const [a, b] = ends;
    const count = 50 * limits.signalling.burst;
    for (let no = 0; no < count; no += 1) a.link.send(new Uint8Array(20).fill(no % 251));
    near.send({ type: 'lost', epoch: 77 });
    await b.when(() => b.records.length === count);
    expect(b.records.every((bytes, no) => bytes.byteLength === 20 && bytes[0] === no % 251)).toBe(true);
    near.send({ type: 'lost', epoch: 78 });
    b.link.send(new Uint8Array([1]));
    await a.when(() => a.records.length === 1);
    expect(messages[0]).toEqual({ type: 'lost', epoch: 77 });
    await closePair(ends);
  });
});
