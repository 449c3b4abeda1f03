import { describe, expect, it, test } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { Channel } from '../../../../src/node/links/channel.ts';
import type { UserFrame } from '../../../../src/node/links/channel-deps.ts';
import { createNodeCounters } from '../../../../src/node/monitoring/node-counters.ts';
import { createPeerCounters } from '../../../../src/node/monitoring/peer-counters.ts';
import { createFrameRules } from '../../../../src/protocol/features.ts';
import type { Frame } from '../../../../src/protocol/frame-types.ts';
import { readFrames } from '../../../../src/protocol/frames.ts';
import { createVirtualClock } from '../../../../src/testing/virtual-clock.ts';
import { isOfSession, recordOf } from '../../../support/frames.ts';

const hello = {
  session: 'a'.repeat(16),
  stream: null,
  resumable: true,
  maxMessageBytes: 1_000,
  received: 0,
  handled: 0,
};
const { recordBytes, highWater } = limits.tls;

/** A channel that the other end has opened, if it is to be. */
function setUp({ open = true, rules = createFrameRules({ remote: [] }) } = {}) {
  const clock = createVirtualClock();
  const events: string[] = [];
  const sent: Frame[] = [];
  const taken: UserFrame[] = [];
  const note = (name: string) => () => void events.push(name);
  let waiting = 0;
  const channel = new Channel({
    link: {
      get bufferedAmount() {
        return waiting;
      },
      send: (record) => void sent.push(...readFrames(Uint8Array.from(record))),
    },
    highWater,
    recordBytes,
    seal: null,
    rules,
    hello: () => hello,
    clock,
    counters: createNodeCounters(),
    peerCounters: createPeerCounters,
    events: {
      open: note('open'),
      silent: note('silent'),
      heard: note('heard'),
      used: note('used'),
      bye: note('bye'),
      measured: note('measured'),
      down: (_, { code }) => void events.push(code),
    },
  });
  channel.greet();
  if (open) channel.record(recordOf({ kind: 'hello', ...hello }, { kind: 'ready' }));
  return {
    channel,
    clock,
    events,
    sent,
    taken,
    /** So much has not left. */
    wait(bytes: number): void {
      waiting = bytes;
    },
    attach: () =>
      channel.attach({ pull: () => false, receive: (frame) => void (isOfSession(frame) && taken.push(frame)) }),
  };
}

test('when a peer floods with pings and does not read, queues no answers for it', () => {
  const { channel, sent, wait } = setUp();
  wait(2 * highWater + 1);
  const before = sent.length;
  for (let no = 0; no < 1_000; no += 1) {
    channel.record(recordOf({ kind: 'ping', no }));
    channel.flush();
  }
  expect(sent.length).toBe(before);
  wait(0);
  channel.record(recordOf({ kind: 'ping', no: 7 }));
  channel.flush();
  expect(sent.slice(before)).toEqual([{ kind: 'pong', no: 7 }]);
});

test.each([
  [2 * highWater, true],
  [2 * highWater + 1, false],
])('when a peer sends pongs and does not read, and %d bytes wait, pings it: %s', (waiting, pinged) => {
  const { channel, clock, events, sent, wait } = setUp();
  wait(waiting);
  const before = sent.length;
  for (let second = 0; second < 60; second += 1) {
    clock.advance(1_000);
    channel.record(recordOf({ kind: 'pong', no: 1_000_000 }));
  }
  expect(events).not.toContain('ERR_TIMEOUT');
  expect(sent.length > before).toBe(pinged);
});

test('what was on its way for longer than a link may be silent does not open it: the other side is asked', async () => {
  const { channel, clock, events, sent } = setUp({ open: false });
  await clock.advanceAsync(limits.link.downMs + 1);
  channel.record(recordOf({ kind: 'hello', ...hello }, { kind: 'ready' }));
  expect(events).toEqual([]);
  expect(sent.at(-1)).toEqual({ kind: 'ping', no: 0 });
  await clock.advanceAsync(limits.link.downMs + 1);
  channel.record(recordOf({ kind: 'pong', no: 0 }));
  expect(events).toEqual([]);
  await clock.advanceAsync(20);
  channel.record(recordOf({ kind: 'pong', no: 0 }));
  expect(events).toEqual(['open']);
  expect(sent.filter(({ kind }) => kind === 'ping')).toHaveLength(3);
});

const repeat = (frame: Frame, times: number): Uint8Array => recordOf(...new Array<Frame>(times).fill(frame));

describe('a frame of a feature', () => {
  // As if goodbyes, and pings, were something that a later version has added.
  const frames = { bye: 'goodbyes', ping: 'pings' };

  it('goes out only where the other side has announced the feature', () => {
    for (const remote of [[], ['pings'], ['later', 'goodbyes']]) {
      const { channel, sent } = setUp({ rules: createFrameRules({ frames, own: [], remote }) });
      channel.write({ kind: 'bye', reason: 'stopping' });
      channel.flush();
      expect(sent.some(({ kind }) => kind === 'bye')).toBe(remote.includes('goodbyes'));
      expect(channel.features).toEqual(remote);
    }
  });

  it('ends the link where this side has not announced the feature', () => {
    const announced = setUp({ rules: createFrameRules({ frames, own: ['goodbyes'], remote: [] }) });
    announced.channel.record(recordOf({ kind: 'bye', reason: 'stopping' }));
    expect(announced.events).toEqual(['open', 'used', 'bye']);
    const other = setUp({ rules: createFrameRules({ frames, own: ['pings', 'later'], remote: ['goodbyes'] }) });
    other.channel.record(recordOf({ kind: 'bye', reason: 'stopping' }));
    expect(other.events).toEqual(['open', 'ERR_PROTOCOL']);
  });

  it('of a kind that this version does not know is skipped, and does not count as one', () => {
    const { channel, events } = setUp();
    channel.record(Uint8Array.of(0xf0, 2, 1, 1, 0xff, 0));
    expect(events).toEqual(['open']);
    channel.record(Uint8Array.of(0x7f, 0));
    expect(events).toEqual(['open', 'ERR_PROTOCOL']);
  });
});

test('a record full of pings is answered by the newest few pongs', () => {
  const { channel, sent } = setUp();
  const pings = Array.from({ length: 20_000 }, (_, no): Frame => ({ kind: 'ping', no }));
  channel.record(recordOf(...pings));
  channel.flush();
  const answers = sent.flatMap((frame) => (frame.kind === 'pong' ? [frame.no] : []));
  expect(answers).toHaveLength(limits.link.pongs);
  expect(answers.at(-1)).toBe(19_999);
});

test.each<readonly [string, Frame]>([
  ['bye', { kind: 'bye', reason: 'stopping' }],
  ['measured', { kind: 'pong', no: 1 }],
])('what tells of %s does it once, however often it comes', (name, frame) => {
  const { channel, events } = setUp();
  channel.record(repeat(frame, 10_000));
  channel.record(repeat(frame, 10));
  expect(events.filter((one) => one === name)).toHaveLength(1);
});

test('a message that comes before the link is open does not keep the record that it came in', () => {
  const { channel, taken, attach } = setUp();
  const noise = new Array<Frame>(10_000).fill({ kind: 'ping', no: 1 });
  channel.record(recordOf({ kind: 'whole', of: 'volatile', payload: Uint8Array.of(1, 2, 3) }, ...noise));
  attach();
  const [frame] = taken;
  if (frame?.kind !== 'whole') throw new Error('Nothing was kept.');
  expect(frame.payload).toEqual(Uint8Array.of(1, 2, 3));
  expect(frame.payload.buffer.byteLength).toBe(3);
});

test('frames that come before the link is open are few, and their bytes too', () => {
  const { channel, events } = setUp();
  channel.record(repeat({ kind: 'ack', received: 0, handled: 0 }, limits.link.early));
  expect(events).not.toContain('ERR_PROTOCOL');
  channel.record(repeat({ kind: 'ack', received: 0, handled: 0 }, 1));
  expect(events).toContain('ERR_PROTOCOL');
  const other = setUp();
  const payload = new Uint8Array(recordBytes / 2);
  for (let bytes = 0; bytes <= limits.link.earlyBytes; bytes += payload.byteLength)
    other.channel.record(recordOf({ kind: 'whole', of: 'volatile', payload }));
  expect(other.events).toContain('ERR_PROTOCOL');
});
