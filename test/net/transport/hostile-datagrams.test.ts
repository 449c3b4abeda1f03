import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../../src/limits.ts';
import { closePair, joinPair, openPair, type RecordedLink } from '../../../src/testing/compliance/transport-pair.ts';
import {
  createStranger,
  dtlsRecord,
  handshakeMessage,
  isDtls,
  isStun,
  type Stranger,
  tapDatagrams,
} from '../../support/transport/datagrams.ts';
import { portOf } from '../../support/transport/ports.ts';
import { weriftPair } from '../../support/transport/werift-pair.ts';

let stranger: Stranger;
let untap = (): void => undefined;
let ends: readonly RecordedLink[] = [];
const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);

beforeEach(async () => {
  stranger = await createStranger();
  unhandled.length = 0;
  process.on('unhandledRejection', note);
  process.on('uncaughtException', note);
});

afterEach(async () => {
  untap();
  await closePair(ends);
  stranger.close();
  process.off('unhandledRejection', note);
  process.off('uncaughtException', note);
});

/** A record each way: whatever was sent before it has been dealt with when it is there. */
async function expectAlive(): Promise<void> {
  for (const [index, end] of ends.entries()) {
    const other = ends[1 - index];
    const heard = end.records.length;
    other?.link.send(Uint8Array.of(9));
    await end.when(() => end.records.length > heard || end.error !== undefined);
  }
  expect(ends.map(({ error }) => error)).toEqual([undefined, undefined]);
  expect(unhandled).toEqual([]);
}

/** An extension-free ClientHello (RFC 5246 section 7.4.1.2). */
const clientHello = Buffer.concat([
  Buffer.from([0xfe, 0xfd]),
  Buffer.alloc(32, 1),
  Buffer.from([0, 0, 0, 2, 0xc0, 0x2b, 1, 0, 0, 0]),
]);
const alert = (level: number, description: number): Buffer => dtlsRecord(21, Buffer.from([level, description]));
const hellos = Array.from({ length: 24 }, (_, no) => dtlsRecord(22, handshakeMessage(1, no, clientHello)));

const deadly: readonly (readonly [string, readonly Buffer[]])[] = [
  ['a warning alert in the clear', [alert(1, 0)]],
  ['a fatal alert in the clear', [alert(2, 40)]],
  ['an alert that looks encrypted', [dtlsRecord(21, Buffer.from([0, 1, 0, 0]), 1)]],
  ['an empty alert', [dtlsRecord(21, Buffer.alloc(0), 1)]],
  ['unknown content types', [24, 25, 30, 63].map((type) => dtlsRecord(type, Buffer.alloc(4), 1))],
  ['plain application data', [dtlsRecord(23, Buffer.alloc(40)), dtlsRecord(23, Buffer.alloc(40), 1)]],
  ['a ClientHello of every number that could be next', hellos],
  ['a Finished in the clear', hellos.map((_, no) => dtlsRecord(22, handshakeMessage(20, no, Buffer.alloc(12))))],
  ['records cut short', [Buffer.of(20), Buffer.of(22, 254), alert(1, 0).subarray(0, 12), alert(1, 0).subarray(0, 14)]],
  ['a record and a half', [Buffer.concat([dtlsRecord(23, Buffer.alloc(40), 1), Buffer.of(21, 254, 253)])]],
];

describe('an open link survives from a stranger', () => {
  it.each(deadly)('%s', async (_, datagrams) => {
    ends = await openPair(weriftPair());
    for (const end of ends) for (const one of datagrams) await stranger.send(one, portOf(end));
    await expectAlive();
  });

  it('3,000 random datagrams', async () => {
    ends = await openPair(weriftPair());
    let state = 7;
    const random = (below: number): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state % below;
    };
    for (let no = 0; no < 3_000; no += 1) {
      const bytes = Buffer.from(Array.from({ length: random(80) }, () => random(256)));
      const kind = random(3);
      if (kind === 0 && bytes.length > 13)
        dtlsRecord(20 + random(6), Buffer.alloc(bytes.length - 13), random(2)).copy(bytes);
      if (kind === 1 && bytes.length >= 20) bytes.writeUInt32BE(0x2112a442, 4);
      await stranger.send(bytes, portOf(ends[no % 2] ?? (ends[0] as RecordedLink)));
    }
    await expectAlive();
  });
});

describe('a link opens although a stranger sends, before the first DTLS datagram of each side,', () => {
  const early = deadly.filter(([name]) => !name.includes('ClientHello') && !name.includes('Finished'));
  it.each(early)('%s', async (_, datagrams) => {
    const [offerer, answerer] = joinPair(weriftPair());
    ends = [offerer, answerer];
    const attacked = new Set<number>();
    untap = tapDatagrams((datagram) => {
      const { to, pass } = datagram;
      if (isDtls(datagram) && !attacked.has(to)) {
        attacked.add(to);
        void Promise.all(datagrams.map((one) => stranger.send(one, to))).then(pass);
      } else pass();
    });
    for (const end of ends) await end.when(() => end.count('open') > 0 || end.error !== undefined);
    await expectAlive();
    expect(attacked.size).toBe(2);
  });
});

describe('binding requests', () => {
  const request = (attributes: Buffer): Buffer => {
    const header = Buffer.alloc(20, 5);
    header.writeUInt16BE(0x0001, 0);
    header.writeUInt16BE(attributes.length, 2);
    header.writeUInt32BE(0x2112a442, 4);
    return Buffer.concat([header, attributes]);
  };
  const attribute = (type: number, value: Buffer): Buffer => {
    const padded = Buffer.alloc(4 + value.length + (-value.length & 3));
    padded.writeUInt16BE(type, 0);
    padded.writeUInt16BE(value.length, 2);
    value.copy(padded, 4);
    return padded;
  };

  it('of a stranger are not answered, whatever they carry', async () => {
    ends = await openPair(weriftPair());
    const priority = attribute(0x0024, Buffer.from([1, 1, 1, 1]));
    const bodies = [
      Buffer.alloc(0),
      attribute(0x0006, Buffer.from('aaaa:bbbb')),
      Buffer.concat([attribute(0x0006, Buffer.from('aaaa:bbbb')), priority, attribute(0x0008, Buffer.alloc(20))]),
      Buffer.concat([priority, attribute(0x802a, Buffer.alloc(8, 255))]),
      Buffer.concat([priority, attribute(0x8029, Buffer.alloc(8, 255))]),
    ];
    for (const end of ends) for (const body of bodies) await stranger.send(request(body), portOf(end));
    await expectAlive();
    expect(await stranger.received()).toEqual([]);
  });

  it('of the peer, when another host replays them, make no pairs over the cap', async () => {
    const [offerer, answerer] = joinPair(weriftPair());
    ends = [offerer, answerer];
    let genuine: Buffer | undefined;
    untap = tapDatagrams((datagram) => {
      const { bytes, to, pass } = datagram;
      if (isStun(datagram) && bytes.readUInt16BE(0) === 0x0001 && to === portOf(offerer))
        genuine ??= Buffer.from(bytes);
      pass();
    });
    for (const end of ends) await end.when(() => end.count('open') > 0 || end.error !== undefined);
    const strangers = await Promise.all(Array.from({ length: limits.webrtc.pairs + 20 }, createStranger));
    for (const one of strangers) await one.send(genuine ?? Buffer.alloc(0), portOf(offerer));
    await expectAlive();
    const received = await Promise.all(strangers.map((one) => one.received()));
    for (const one of strangers) one.close();
    const answered = received.filter((datagrams) => datagrams.length > 0).length;
    expect(answered).toBeGreaterThan(0);
    expect(answered).toBeLessThan(limits.webrtc.pairs);
  });
});
