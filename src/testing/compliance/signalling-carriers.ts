import assert from 'node:assert/strict';
import type { SignallingSession } from '../../adapters/signalling/port.ts';
import { limits } from '../../limits.ts';
import type { Carry } from '../../protocol/carrier.ts';
import type { ComplianceCase } from './case.ts';
import type { MakeSignallingDevice } from './signalling-endpoint.ts';
import { bothClosed, overSession } from './signalling-joined.ts';
import { codeOf, lost } from './signalling-messages.ts';
import type { RecordedCarrier } from './signalling-rig.ts';

const { recordBytes, uncarriedBytes } = limits.tls;

type Kind = 'a link' | 'byte streams';

const kinds: readonly Kind[] = ['a link', 'byte streams'];

const carryOf = (kind: Kind, session: SignallingSession): Carry =>
  kind === 'a link' ? (listener) => session.carry(1, listener) : (listener) => session.carryStreams(listener);

const numbersOf = ({ records }: RecordedCarrier): number[][] => records.map((record) => [...record]);

/** Records of the largest size that have more bytes together. */
const recordsOver = (bytes: number): Uint8Array[] =>
  Array.from({ length: Math.ceil((bytes + 1) / recordBytes) }, (_, no) => new Uint8Array(recordBytes).fill(no));

const casesOf = (kind: Kind): readonly ComplianceCase<MakeSignallingDevice>[] => [
  overSession(`carries records of ${kind} whole and in order, both ways at once`, async ({ rig, near, far }) => {
    const ends = [near, far].map(({ session }) => rig.carry(carryOf(kind, session)));
    const records = [[7], Array.from({ length: recordBytes }, (_, no) => no % 251), [1, 2]];
    for (const record of records)
      for (const { carrier } of ends) {
        const memory = Uint8Array.from(record);
        carrier.send(memory);
        memory.fill(255);
      }
    await rig.when(() => ends.every((end) => end.records.length >= records.length));
    for (const end of ends) assert.deepEqual(numbersOf(end), records);
    await rig.when(() => ends.every(({ carrier }) => carrier.bufferedAmount === 0));
  }),
  overSession(`when much waits on ${kind}, sends a message all the same`, async ({ rig, near, far }) => {
    const [one, other] = [rig.carry(carryOf(kind, near.session)), rig.carry(carryOf(kind, far.session))];
    const records = recordsOver(limits.webSocket.bufferedBytes);
    for (const record of records) one.carrier.send(record);
    assert.equal(one.carrier.bufferedAmount, records.length * recordBytes);
    near.session.send(lost(1));
    await rig.when(() => far.messages.length > 0);
    assert.equal(other.records.length, records.length);
    assert.deepEqual([near.ends, far.ends, far.messages], [[], [], [lost(1)]]);
  }),
  overSession(
    `when the session ends, tells the listener of ${kind} once, and not one that has left`,
    async (joined) => {
      const { rig, near, far } = joined;
      const carriers = [near, far].map(({ session }) => rig.carry(carryOf(kind, session)));
      const left = rig.carry((listener) => near.session.carry(2, listener));
      left.carrier.close();
      near.session.close('disconnect');
      await rig.when(() => carriers.every(({ events }) => events.includes('closed')));
      await bothClosed(joined);
      for (const { events } of carriers) assert.deepEqual(events, ['closed']);
      assert.deepEqual(left.events, []);
    },
  ),
  overSession(`when the session has ended, tells a new listener of ${kind}, not within the call`, async (joined) => {
    const { rig, near } = joined;
    near.session.close('disconnect');
    await rig.when(() => near.ends.length > 0);
    const late = rig.carry(carryOf(kind, near.session));
    assert.deepEqual(late.events, []);
    await rig.when(() => late.events.length > 0);
    assert.deepEqual(late.events, ['closed']);
  }),
  overSession(`when a peer sends too much for ${kind} that nothing carries, ends the session`, async (joined) => {
    const { rig, near, far } = joined;
    const { carrier } = rig.carry(carryOf(kind, near.session));
    for (const record of recordsOver(uncarriedBytes)) carrier.send(record);
    await rig.when(() => near.ends.length > 0 && far.ends.length > 0);
    assert.deepEqual([codeOf(near.ends[0]), codeOf(far.ends[0])], ['ERR_SIGNALLING', 'ERR_PROTOCOL']);
  }),
];

/** What a session promises of what it carries beside its messages. */
export const carrierCases: readonly ComplianceCase<MakeSignallingDevice>[] = [
  ...kinds.flatMap(casesOf),
  overSession('keeps links apart from each other and from byte streams', async ({ rig, near, far }) => {
    const carries = (session: SignallingSession): readonly Carry[] => [
      (listener) => session.carry(1, listener),
      (listener) => session.carry(2, listener),
      (listener) => session.carryStreams(listener),
    ];
    const from = carries(near.session).map((carry) => rig.carry(carry));
    const to = carries(far.session).map((carry) => rig.carry(carry));
    for (const round of [0, 3]) for (const [no, { carrier }] of from.entries()) carrier.send(Uint8Array.of(round + no));
    await rig.when(() => to.every(({ records }) => records.length > 1));
    assert.deepEqual(to.map(numbersOf), [
      [[0], [3]],
      [[1], [4]],
      [[2], [5]],
    ]);
  }),
  overSession('when a link and byte streams send all they can, both get on as fast', async ({ rig, near, far }) => {
    const records = 256;
    const kept = { 'a link': limits.tls.highWater, 'byte streams': limits.tls.streamHighWater };
    const to = kinds.map((kind) => rig.carry(carryOf(kind, far.session)));
    let over = false;
    for (const kind of kinds) {
      const { carrier } = rig.carry(carryOf(kind, near.session), () => fill());
      const fill = (): void => {
        while (!over && carrier.bufferedAmount <= kept[kind]) carrier.send(new Uint8Array(recordBytes));
      };
      fill();
    }
    await rig.when(() => to.some((end) => end.records.length >= records));
    over = true;
    for (const end of to) assert.ok(end.records.length >= records / 2, `${end.records.length} of ${records}`);
  }),
  overSession('when one end closes a link, tells the other one', async ({ rig, near, far }) => {
    const [one, other] = [rig.carry(carryOf('a link', near.session)), rig.carry(carryOf('a link', far.session))];
    one.carrier.send(Uint8Array.of(1));
    one.carrier.close();
    one.carrier.close();
    one.carrier.send(Uint8Array.of(2));
    await rig.when(() => other.events.includes('closed'));
    assert.deepEqual(other.events, ['record', 'closed']);
  }),
  overSession(
    'when one end leaves byte streams, or another listener comes, the other end is not told',
    async (joined) => {
      const { rig, near, far } = joined;
      const left = rig.carry(carryOf('byte streams', near.session));
      const replaced = rig.carry(carryOf('byte streams', near.session));
      const present = rig.carry(carryOf('byte streams', near.session));
      const other = rig.carry(carryOf('byte streams', far.session));
      for (const { carrier } of [left, replaced]) {
        carrier.close();
        carrier.send(Uint8Array.of(1));
      }
      present.carrier.send(Uint8Array.of(2));
      other.carrier.send(Uint8Array.of(3));
      await rig.when(() => present.records.length > 0 && other.records.length > 0);
      assert.deepEqual([present, other].map(numbersOf), [[[3]], [[2]]]);
      present.carrier.close();
      other.carrier.send(Uint8Array.of(4));
      far.session.send(lost(1));
      await rig.when(() => near.messages.length > 0);
      assert.deepEqual([left.events, replaced.events, other.events.includes('closed')], [[], [], false]);
      assert.equal(present.records.length, 1);
    },
  ),
  overSession('when one end closes a link, ignores what is under way of it', async ({ rig, near, far }) => {
    const one = rig.carry(carryOf('a link', near.session));
    const other = rig.carry(carryOf('a link', far.session), (event) => {
      if (event === 'record') other.carrier.close();
    });
    for (const record of recordsOver(2 * uncarriedBytes)) one.carrier.send(record);
    near.session.send(lost(1));
    await rig.when(() => far.messages.length > 0 && one.events.includes('closed'));
    assert.deepEqual([other.records.length, near.ends, far.ends], [1, [], []]);
  }),
];
