import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../../src/limits.ts';
import { type RecordedLink, recordLink } from '../../../src/testing/compliance/transport-pair.ts';
import { answerLink, createRawPeer, type RawPeer } from '../../support/transport/raw-peer.ts';
import { crc32c, sctpPacket } from '../../support/transport/sctp-packet.ts';
import { loopback, weriftOnLoopback } from '../../support/transport/werift-pair.ts';

/** What a hostile program can do with its own end. */
interface Weapons {
  readonly sendData: (packet: Buffer) => Promise<void>;
  readonly sctp: {
    send(stream: number, protocol: number, bytes: Buffer): Promise<void>;
    remoteVerificationTag: number;
    lastReceivedTsn: number;
  };
}

let peer: RawPeer;
let link: RecordedLink;
const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);

beforeEach(async () => {
  unhandled.length = 0;
  process.on('unhandledRejection', note);
  process.on('uncaughtException', note);
  peer = createRawPeer();
  link = recordLink(weriftOnLoopback(), 'offerer', loopback);
  await answerLink(peer, link);
  await link.when(() => link.count('open') > 0);
  await peer.opened;
});

afterEach(async () => {
  await peer.pc.close();
  await link.link.close();
  process.off('unhandledRejection', note);
  process.off('uncaughtException', note);
});

function weapons(): Weapons {
  const { dtls, sctp } = peer.internals as unknown as {
    dtls: { sendData: Weapons['sendData'] };
    sctp: Weapons['sctp'];
  };
  return { sendData: (packet) => dtls.sendData(packet), sctp };
}

/** An SCTP packet of one chunk as the peer would send it. */
const packet = (
  type: number,
  body: Buffer,
  { tag = weapons().sctp.remoteVerificationTag, checksum = true } = {},
): Buffer => sctpPacket(type, body, { tag, checksum });

async function expectAlive(): Promise<void> {
  const heard = link.records.length;
  peer.send(Buffer.from('still here'));
  await link.when(() => link.records.length > heard || link.error !== undefined);
  expect(link.error).toBeUndefined();
  expect(link.records.map((record) => Buffer.from(record).toString())).toEqual(['still here']);
  expect(unhandled).toEqual([]);
}

describe('a link survives from its own peer', () => {
  it.each([
    ['an unknown payload type on its channel', 0, 999],
    ['text on its channel', 0, 51],
    ['an unknown payload type on another channel', 7, 999],
    ['binary data on another channel', 7, 53],
    ['an acknowledgement of a channel that is not there', 9, 50],
  ])('%s', async (_, stream, protocol) => {
    await weapons().sctp.send(stream, protocol, Buffer.from([2, 1, 1, 1]));
    await expectAlive();
  });

  it('requests for 200 other channels', async () => {
    const { sctp } = weapons();
    const open = Buffer.concat([Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0]), Buffer.from('x')]);
    for (let stream = 1; stream <= 200; stream += 1) await sctp.send(stream, 50, open);
    await expectAlive();
  });

  it.each([
    ['nothing', () => Buffer.alloc(1)],
    ['a wrong checksum', () => packet(0, Buffer.alloc(16), { checksum: false })],
    ['a wrong verification tag', () => packet(6, Buffer.alloc(0), { tag: 1 })],
    ['an unknown chunk type', () => packet(0x3f, Buffer.alloc(8))],
    [
      'a chunk that is longer than its packet',
      () => {
        const bytes = packet(0, Buffer.alloc(16), { checksum: false });
        bytes.writeUInt16BE(60_000, 14);
        bytes.writeUInt32LE(crc32c(bytes), 8);
        return bytes;
      },
    ],
    [
      'a chunk without a length',
      () => {
        const bytes = packet(0, Buffer.alloc(16), { checksum: false });
        bytes.writeUInt16BE(0, 14);
        bytes.writeUInt32LE(crc32c(bytes), 8);
        return bytes;
      },
    ],
    ['an empty data chunk', () => packet(0, Buffer.alloc(0))],
    ['an acknowledgement cut short', () => packet(3, Buffer.alloc(5))],
    ['an error report of nonsense', () => packet(9, Buffer.alloc(7, 255))],
    ['a reconfiguration of nonsense', () => packet(130, Buffer.alloc(9, 255))],
    ['a cookie of nonsense', () => packet(10, Buffer.alloc(3, 255))],
    ['an acknowledgement of a cookie, again', () => packet(11, Buffer.alloc(0))],
  ] satisfies (readonly [string, () => Buffer])[])('%s', async (_, make) => {
    await weapons().sendData(make());
    await weapons().sendData(make());
    await expectAlive();
  });

  it('acknowledgements with thousands of blocks as wide as can be', async () => {
    const blocks = 280;
    const body = Buffer.alloc(12 + 4 * blocks);
    link.link.send(Uint8Array.of(1));
    while (peer.records.length === 0) await turn();
    body.writeUInt32BE(weapons().sctp.lastReceivedTsn, 0);
    body.writeUInt32BE(1_048_576, 4);
    body.writeUInt16BE(blocks, 8);
    for (let no = 0; no < blocks; no += 1) {
      body.writeUInt16BE(1, 12 + 4 * no);
      body.writeUInt16BE(65_535, 14 + 4 * no);
    }
    // Each of them would take the best part of a second.
    for (let no = 0; no < 200; no += 1) await weapons().sendData(packet(3, body));
    await expectAlive();
  });

  it('2,000 random packets with a right checksum', async () => {
    let state = 11;
    const random = (below: number): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state % below;
    };
    // Types that end or restart an association, or that number its data anew, are the peer's own to send.
    const own = new Set([0, 1, 2, 3, 6, 7, 8, 14, 64, 192]);
    for (let no = 0; no < 2_000; no += 1) {
      const type = random(256);
      if (own.has(type)) continue;
      await weapons().sendData(packet(type, Buffer.from(Array.from({ length: random(60) }, () => random(256)))));
    }
    await expectAlive();
  });
});

describe('nothing of its own peer ends the process:', () => {
  it.each([
    ['two shutdowns', [7, 7]],
    ['a shutdown acknowledged and completed', [7, 8, 14]],
    ['an abort', [6, 6]],
    ['initialisations without end', [1, 1, 1]],
    ['initialisations acknowledged without end', [2, 2, 2]],
  ])('%s', async (_, types) => {
    for (const type of types) {
      const body = type === 7 ? Buffer.alloc(4) : Buffer.alloc(type < 3 ? 16 : 0, 1);
      await weapons().sendData(packet(type, body, type === 1 ? { tag: 0 } : {}));
    }
    for (const type of [0, 3, 192]) await weapons().sendData(packet(type, Buffer.alloc(16, 1)));
    await weapons().sendData(packet(6, Buffer.alloc(0)));
    await link.when(() => link.error !== undefined);
    expect(link.error?.code).toBe('ERR_TRANSPORT');
    expect(unhandled).toEqual([]);
  });

  it('a record that is longer than records are ends the link, as a fault of the peer', async () => {
    peer.send(Buffer.alloc(limits.webrtc.recordBytes));
    await link.when(() => link.records.length > 0 || link.error !== undefined);
    expect(link.records.map(({ byteLength }) => byteLength)).toEqual([limits.webrtc.recordBytes]);
    peer.send(Buffer.alloc(limits.webrtc.recordBytes + 1));
    await link.when(() => link.records.length > 1 || link.error !== undefined);
    expect(link.error?.code).toBe('ERR_PROTOCOL');
    expect(link.records).toHaveLength(1);
    expect(unhandled).toEqual([]);
  });

  it('a message without end goes down before it fills the memory', async () => {
    const { sctp } = weapons();
    // This peer does not care how much room there is.
    Object.defineProperty(sctp, 'peerRwnd', { get: () => Number.MAX_SAFE_INTEGER });
    void sctp.send(0, 53, Buffer.alloc(4_194_304)).catch(() => undefined);
    await link.when(() => link.error !== undefined);
    expect(link.error?.code).toBe('ERR_TRANSPORT');
    expect(link.records).toEqual([]);
    expect(unhandled).toEqual([]);
  });
});
