import { KeyObject } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { applyPatches } from '../../../src/adapters/transport/werift/patches.ts';
import { systemClock } from '../../../src/environment.ts';
import { limits } from '../../../src/limits.ts';
import { closePair, openPair } from '../../../src/testing/compliance/transport-pair.ts';
import { dtlsRecord, handshakeMessage, isDtls, tapDatagrams } from '../../support/transport/datagrams.ts';
import { createRawPeer, joinRaw, type RawPeer } from '../../support/transport/raw-peer.ts';
import { weriftPair } from '../../support/transport/werift-pair.ts';

let untap = (): void => undefined;
let peers: RawPeer[] = [];

afterEach(async () => {
  untap();
  await Promise.all(peers.map(({ pc }) => pc.close()));
  peers = [];
});

interface PatchedPeer extends RawPeer {
  /** Resolves when these bytes have come in one record. */
  received(bytes: Buffer): Promise<void>;
}

/** A werift connection with all patches, whose internals a test can read. */
function createPatchedPeer(): PatchedPeer {
  const waiting: { readonly bytes: Buffer; readonly resolve: () => void }[] = [];
  const peer = createRawPeer({}, (internals) => {
    applyPatches(internals, {
      hasStunServer: false,
      stream: 0,
      clock: systemClock,
      onRecord(received) {
        for (const { bytes, resolve } of waiting) if (received.equals(bytes)) resolve();
      },
      onOverrun: () => expect.unreachable(),
    });
  });
  peers.push(peer);
  return { ...peer, received: (bytes) => new Promise((resolve) => waiting.push({ bytes, resolve })) };
}

async function joined(): Promise<readonly [PatchedPeer, PatchedPeer]> {
  const pair = [createPatchedPeer(), createPatchedPeer()] as const;
  await joinRaw(...pair);
  return pair;
}

async function carry(from: PatchedPeer, to: PatchedPeer, bytes: Buffer): Promise<void> {
  const received = to.received(bytes);
  from.send(bytes);
  await received;
}

describe('a patched connection', () => {
  it('has KeyObjects for the keys of both directions, and records pass', async () => {
    const [a, b] = await joined();
    for (const { internals } of [a, b]) {
      await expect.poll(() => internals.dtls.dtls?.connected).toBe(true);
      const { cipher } = internals.dtls.dtls?.cipher ?? {};
      expect(cipher?.clientWriteKey).toBeInstanceOf(KeyObject);
      expect(cipher?.serverWriteKey).toBeInstanceOf(KeyObject);
    }
    await carry(a, b, Buffer.alloc(5_000, 1));
    await carry(b, a, Buffer.alloc(5_000, 2));
  });

  it('sends no consent checks, and records pass', async () => {
    const [a, b] = await joined();
    await carry(a, b, Buffer.alloc(10, 1));
    await carry(b, a, Buffer.alloc(10, 2));
    for (const { internals } of [a, b]) {
      const { consentFresh, queryConsentHandle } = internals.ice;
      expect({ consentFresh, queryConsentHandle }).toEqual({ consentFresh: true, queryConsentHandle: undefined });
    }
  });

  it('acknowledges what it answers at once in the datagram of the answer, and sends no heartbeats of its own', async () => {
    const [a, b] = await joined();
    await carry(a, b, Buffer.alloc(10, 1));
    await carry(b, a, Buffer.alloc(10, 2));
    for (const { internals } of [a, b]) expect(internals.sctp.timerHeartbeatHandle).toBeUndefined();
    let sent = 0;
    untap = tapDatagrams((datagram) => {
      if (isDtls(datagram)) sent += 1;
      datagram.pass();
    });
    const rounds = 20;
    for (let no = 0; no < rounds; no += 1) {
      const answered = a.received(Buffer.alloc(10, 4));
      const asked = b.received(Buffer.alloc(10, 3)).then(() => b.send(Buffer.alloc(10, 4)));
      a.send(Buffer.alloc(10, 3));
      await Promise.all([asked, answered]);
    }
    await expect.poll(() => a.internals.sctp.sackNeeded || b.internals.sctp.sackNeeded).toBe(false);
    // A question, its answer with the acknowledgement, the acknowledgement of the answer: with one of its own for the question, four.
    expect(sent).toBeLessThanOrEqual(3 * rounds);
  });

  it('retransmits after 0.3 s at first and less than a second later, on a path without delay', async () => {
    const [a, b] = [createPatchedPeer(), createPatchedPeer()];
    expect(a.internals.sctp.rto).toBe(0.3);
    await joinRaw(a, b);
    for (let no = 0; no < 5; no += 1) await carry(a, b, Buffer.alloc(100, no));
    await expect.poll(() => a.internals.sctp.srtt).toBeGreaterThan(0);
    expect(a.internals.sctp.rto).toBeGreaterThanOrEqual(0.3);
    expect(a.internals.sctp.rto).toBeLessThan(1);
  });

  it('keeps its window under the cap while it carries a lot', async () => {
    const [a, b] = await joined();
    for (let no = 0; no < 60; no += 1) await carry(a, b, Buffer.alloc(60_000, no));
    expect(a.internals.sctp.cwnd).toBeGreaterThan(10_000);
    expect(a.internals.sctp.cwnd).toBeLessThanOrEqual(limits.webrtc.windowBytes);
    // Whatever the way there was: no assignment leads over it.
    a.internals.sctp.cwnd = 10 * limits.webrtc.windowBytes;
    expect(a.internals.sctp.cwnd).toBe(limits.webrtc.windowBytes);
  });

  it('begins with a TSN of ten digits, and 2^30 more have as many', () => {
    const starts = Array.from({ length: 30 }, () => createPatchedPeer().internals.sctp.localTsn);
    expect(Math.min(...starts)).toBeGreaterThanOrEqual(1_000_000_000);
    expect(Math.max(...starts)).toBeLessThan(1_000_000_000 + 2 ** 30);
    expect(new Set(starts).size).toBe(starts.length);
  });

  it('begins all its checks in the first call', async () => {
    const more: boolean[] = [];
    const pair = [createPatchedPeer(), createPatchedPeer()] as const;
    for (const { internals } of pair) {
      const schedule = internals.ice.schedulingChecks;
      internals.ice.schedulingChecks = () => {
        const answer = schedule.call(internals.ice);
        more.push(answer);
        return answer;
      };
    }
    await joinRaw(...pair);
    expect(more).toEqual([false, false]);
  });

  it('keeps no more fragments of handshake messages than the cap', async () => {
    let greeted = (): void => undefined;
    const greeting = new Promise<void>((resolve) => {
      greeted = resolve;
    });
    untap = tapDatagrams((datagram) => {
      if (isDtls(datagram)) greeted();
      else datagram.pass();
    });
    const [a, b] = [createPatchedPeer(), createPatchedPeer()];
    void joinRaw(a, b);
    await greeting;
    const socket = b.internals.dtls.dtls;
    const fragment = dtlsRecord(22, handshakeMessage(11, 1, Buffer.alloc(10), 1_000));
    for (let no = 0; no < 4 * limits.webrtc.handshakeFragments; no += 1) socket?.transport.socket.onData(fragment);
    expect(socket?.bufferFragmentedHandshakes.length).toBeGreaterThanOrEqual(limits.webrtc.handshakeFragments);
    expect(socket?.bufferFragmentedHandshakes.length).toBeLessThanOrEqual(limits.webrtc.handshakeFragments + 1);
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
