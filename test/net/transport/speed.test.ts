import { KeyObject } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { beginInTenDigits, capWindow, retransmitSoon } from '../../../src/adapters/transport/werift/guard-sctp.ts';
import { keepKeys } from '../../../src/adapters/transport/werift/guard-speed.ts';
import { checkAtOnce, startAtOnce } from '../../../src/adapters/transport/werift/guard-start.ts';
import type { Internals } from '../../../src/adapters/transport/werift/internals.ts';
import { limits } from '../../../src/limits.ts';
import { closePair, openPair } from '../../../src/testing/compliance/transport-pair.ts';
import { isDtls, tapDatagrams } from '../../support/transport/datagrams.ts';
import { createRawPeer, joinRaw, type RawPeer } from '../../support/transport/raw-peer.ts';
import { weriftPair } from '../../support/transport/werift-pair.ts';

let untap = (): void => undefined;
let peers: readonly RawPeer[] = [];

afterEach(async () => {
  untap();
  await Promise.all(peers.map(({ pc }) => pc.close()));
  peers = [];
});

/** Two werift connections with one guard and no other. */
async function joined(guard: (internals: Internals) => void): Promise<readonly [RawPeer, RawPeer]> {
  const pair = [createRawPeer({}, guard), createRawPeer({}, guard)] as const;
  peers = pair;
  await joinRaw(...pair);
  return pair;
}

function expectRecord(from: RawPeer, to: RawPeer, bytes: Buffer): Promise<void> {
  const arrived = new Promise<void>((resolve) => {
    const { onReceive } = to.internals.sctp;
    onReceive.subscribe((_, __, received) => {
      if (received.equals(bytes)) resolve();
    });
  });
  from.send(bytes);
  return arrived;
}

describe('keepKeys', () => {
  it('makes the keys of both directions KeyObjects, and records still pass', async () => {
    const [a, b] = await joined(({ dtls }) => startAtOnce(dtls, keepKeys));
    for (const { internals } of [a, b]) {
      const { cipher } = internals.dtls.dtls?.cipher ?? {};
      expect(cipher?.clientWriteKey).toBeInstanceOf(KeyObject);
      expect(cipher?.serverWriteKey).toBeInstanceOf(KeyObject);
    }
    await expectRecord(a, b, Buffer.alloc(5_000, 1));
    await expectRecord(b, a, Buffer.alloc(5_000, 2));
  });
});

describe('an SCTP association', () => {
  it('waits 0.3 s at first and less than a second later, on a path without delay', async () => {
    const [a, b] = await joined(({ sctp }) => retransmitSoon(sctp));
    expect(a.internals.sctp.rto).toBe(0.3);
    for (let no = 0; no < 5; no += 1) await expectRecord(a, b, Buffer.alloc(100, no));
    await expect.poll(() => a.internals.sctp.srtt).toBeGreaterThan(0);
    expect(a.internals.sctp.rto).toBeGreaterThanOrEqual(0.3);
    expect(a.internals.sctp.rto).toBeLessThan(1);
  });

  it('keeps its window under the cap while it carries a lot', async () => {
    const [a, b] = await joined(({ sctp }) => capWindow(sctp));
    for (let no = 0; no < 60; no += 1) await expectRecord(a, b, Buffer.alloc(60_000, no));
    expect(a.internals.sctp.cwnd).toBeGreaterThan(10_000);
    expect(a.internals.sctp.cwnd).toBeLessThanOrEqual(limits.webrtc.windowBytes);
  });

  it('numbers its chunks from a number of ten digits with as many after it', async () => {
    const guarded = Array.from({ length: 30 }, () => createRawPeer({}, ({ sctp }) => beginInTenDigits(sctp)));
    peers = guarded;
    const starts = guarded.map(({ internals }) => internals.sctp.localTsn);
    expect(Math.min(...starts)).toBeGreaterThanOrEqual(1_000_000_000);
    expect(Math.max(...starts)).toBeLessThan(1_000_000_000 + 2 ** 30);
    expect(new Set(starts).size).toBe(starts.length);
    const [a, b] = guarded;
    if (!a || !b) return expect.unreachable();
    await joinRaw(a, b);
    for (let no = 0; no < 20; no += 1) await expectRecord(a, b, Buffer.alloc(2_000, no));
  });
});

describe('checkAtOnce', () => {
  it('leaves nothing to begin after the first call', async () => {
    const more: boolean[] = [];
    await joined(({ ice }) => {
      checkAtOnce(ice);
      const schedule = ice.schedulingChecks;
      ice.schedulingChecks = () => {
        const answer = schedule.call(ice);
        more.push(answer);
        return answer;
      };
    });
    expect(more).toEqual([false, false]);
  });
});

describe('a link', () => {
  it('fills packets up to the MTU and no further', async () => {
    const sizes: number[] = [];
    untap = tapDatagrams((datagram) => {
      if (isDtls(datagram)) sizes.push(datagram.bytes.byteLength);
      datagram.pass();
    });
    const ends = await openPair(weriftPair());
    const [a, b] = ends;
    a.link.send(new Uint8Array(limits.webrtc.recordBytes));
    await b.when(() => b.records.length > 0);
    await closePair(ends);
    const dtlsOverhead = 13 + 8 + 16;
    const ipAndUdp = 28;
    expect(Math.max(...sizes)).toBeGreaterThan(limits.webrtc.mtu - 8);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(limits.webrtc.mtu + dtlsOverhead);
    expect(limits.webrtc.mtu + dtlsOverhead + ipAndUdp).toBeLessThanOrEqual(1_500);
  });
});
