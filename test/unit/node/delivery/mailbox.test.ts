import { describe, expect, it } from 'vitest';
import { LanpeerError } from '../../../../src/errors.ts';
import { limits } from '../../../../src/limits.ts';
import { Mailbox } from '../../../../src/node/delivery/mailbox.ts';
import type { MessageReceiver } from '../../../../src/node/delivery/mailbox-deps.ts';
import { Channel } from '../../../../src/node/links/channel.ts';
import { createTally } from '../../../../src/node/monitoring/peer-counters.ts';
import { createFrameRules } from '../../../../src/protocol/features.ts';
import type { Body, ControlFrame, Hello, MessageKind } from '../../../../src/protocol/frame-types.ts';
import { readFrames, writeControl } from '../../../../src/protocol/frames.ts';
import { createRecordBuffer } from '../../../../src/protocol/record.ts';
import { Unfinished } from '../../../../src/protocol/unfinished.ts';
import { createPool } from '../../../../src/protocol/window.ts';
import { recordOf } from '../../../support/frames.ts';
import { createManualClock } from '../../../support/manual-clock.ts';

const { bytes: maxMessageBytes, poolBytes, queued } = limits.messages;
const name = (digit: number): string => `${digit}`.repeat(16);

/** A mailbox, and links to it whose other end is what a test says. */
function setUp(unfinished?: Unfinished, receive: MessageReceiver['receive'] = (_kind, _payload, handled) => handled()) {
  const clock = createManualClock();
  const changes: string[] = [];
  const outcomes: string[] = [];
  let names = 0;
  const box = new Mailbox(
    {
      clock,
      tally: createTally(),
      pool: createPool(poolBytes),
      ...(unfinished && { unfinished }),
      makeId() {
        names += 1;
        return names.toString(16).padStart(16, '0');
      },
      receiver: { admit: () => undefined, receive },
      events: {
        progress: () => undefined,
        settled: (_, outcome) => void outcomes.push(outcome),
        changed: (change) => void changes.push(change),
        expired: () => undefined,
      },
    },
    { maxMessageBytes },
  );

  /** The other end greets; `begin` lets messages flow. `sent` has what went out, messages as the text that they are. */
  function open(hello: Partial<Hello> = {}) {
    const sent: string[] = [];
    const failures: string[] = [];
    let begin = (): void => undefined;
    const channel: Channel = new Channel({
      link: {
        bufferedAmount: 0,
        send(record) {
          for (const frame of readFrames(record))
            sent.push('payload' in frame ? Buffer.from(frame.payload).toString() : frame.kind);
        },
      },
      highWater: 262_144,
      recordBytes: 65_528,
      seal: null,
      rules: createFrameRules({ remote: [] }),
      hello: () => box.hello(),
      clock,
      counters: createTally(),
      tally: createTally,
      events: {
        open() {
          begin = box.link(channel);
        },
        silent: () => undefined,
        used: () => undefined,
        heard: () => undefined,
        bye: () => undefined,
        measured: () => undefined,
        down: (_, { code }) => void failures.push(code),
      },
    });
    const say = (frame: ControlFrame): void => {
      const record = createRecordBuffer(1_000);
      writeControl(record, frame);
      channel.record(record.view().slice());
    };
    const known = { session: name(7), stream: null, resumable: true, received: 0, handled: 0, maxMessageBytes };
    channel.greet();
    say({ kind: 'hello', ...known, ...hello });
    say({ kind: 'ready' });
    const body = (frame: Body): void => channel.record(recordOf(frame));
    return { sent, failures, say, body, begin: () => begin() };
  }

  return {
    box,
    clock,
    changes,
    outcomes,
    open,
    send: (text: string, of: MessageKind = 'message', wait = true) =>
      box.outbox.send(of, Buffer.from(text), { wait }).catch(({ code }) => code),
  };
}

const texts = (sent: readonly string[]): string[] => sent.filter((one) => one.startsWith('m'));

describe('memory of unfinished messages', () => {
  const { awayMs, idleMs } = limits.messages.unfinished;
  const part = (total: number): Body => ({
    kind: 'first',
    of: 'message',
    slot: 1,
    total,
    payload: new Uint8Array(16_000),
  });

  function setUpTwo() {
    let time = 0;
    const unfinished = new Unfinished(32_000, () => time);
    const two = [setUp(unfinished), setUp(unfinished)] as const;
    const links = two.map((one) => one.open());
    for (const link of links) {
      link.begin();
      link.say({ kind: 'begin', stream: name(5), next: 1 });
    }
    links[0]?.body(part(20_000));
    return {
      boxes: two.map(({ box }) => box),
      links,
      unfinished,
      pass(ms: number): void {
        time += ms;
      },
    };
  }

  it('when a peer is away for long, is released, and the peer learns that nothing arrived and begins anew', () => {
    const { boxes, links, unfinished, pass } = setUpTwo();
    const [away, other] = boxes;
    away?.unlink();
    pass(awayMs);
    expect([away?.hello().resumable, unfinished.used]).toEqual([true, 20_000]);
    links[1]?.body(part(30_000));
    expect([away?.hello().resumable, away?.hello().received, unfinished.used]).toEqual([false, 1, 30_000]);
    away?.end();
    other?.end();
    expect(unfinished.used).toBe(0);
  });

  it('when its peer goes on, is not released: the peer that needs it loses its link, and no message', () => {
    const { boxes, links, unfinished, pass } = setUpTwo();
    pass(idleMs - 1);
    links[1]?.body(part(30_000));
    expect([links.map(({ failures }) => failures), unfinished.used]).toEqual([[[], ['ERR_BUSY']], 20_000]);
    expect(boxes.map((box) => box.hello().resumable)).toEqual([true, true]);
  });

  it('when a peer sends nothing over its link, is released, and the link ends', () => {
    const { boxes, links, unfinished, pass } = setUpTwo();
    pass(idleMs);
    links[1]?.body(part(30_000));
    expect([links.map(({ failures }) => failures), unfinished.used]).toEqual([[['ERR_BUSY'], []], 30_000]);
    expect(boxes.map((box) => box.hello().resumable)).toEqual([false, true]);
  });
});

it('when a large message is handled, acknowledges it at once: its sender may wait for that', async () => {
  const { open } = setUp();
  const { say, body, begin, sent } = open();
  begin();
  say({ kind: 'begin', stream: name(5), next: 1 });
  // A record that goes anyway would take the acknowledgement with it.
  await Promise.resolve();
  expect(sent).not.toContain('ack');
  const total = limits.messages.promptBytes;
  body({ kind: 'first', of: 'message', slot: 1, total, payload: new Uint8Array(16_000) });
  for (let came = 16_000; came < total; came += 16_000)
    body({ kind: 'more', numbered: true, slot: 1, payload: new Uint8Array(Math.min(16_000, total - came)) });
  await Promise.resolve();
  body({ kind: 'whole', of: 'message', payload: new Uint8Array(10) });
  await Promise.resolve();
  expect(sent.filter((frame) => frame === 'ack')).toHaveLength(1);
});

it('when a message was refused, and handled when it came again, is settled', () => {
  let refusals = 1;
  const { box, open } = setUp(undefined, (_kind, _payload, handled) => {
    if (refusals > 0) {
      refusals -= 1;
      throw new LanpeerError('ERR_BUSY');
    }
    handled();
  });
  const whole: Body = { kind: 'whole', of: 'message', payload: new Uint8Array(10) };
  const first = open();
  first.begin();
  first.say({ kind: 'begin', stream: name(5), next: 1 });
  first.body(whole);
  expect([first.failures, box.isUnsettled]).toEqual([['ERR_BUSY'], false]);
  const second = open();
  second.begin();
  second.say({ kind: 'begin', stream: name(5), next: 1 });
  second.body(whole);
  expect([second.failures, box.isUnsettled]).toEqual([[], false]);
});

describe('what is accepted between a link and its beginning', () => {
  it('when the session goes on, goes out behind the beginning, behind what the session had', async () => {
    const { open, send, changes, box, outcomes } = setUp();
    const first = open();
    first.begin();
    await send('m1');
    box.unlink();
    await send('m2');
    const second = open();
    await send('m3');
    await send('m4', 'volatile');
    expect(texts(second.sent)).toEqual([]);
    second.begin();
    await Promise.resolve();
    expect(texts(second.sent).filter((one) => one !== 'm4')).toEqual(['m1', 'm2', 'm3']);
    expect([texts(second.sent).includes('m4'), changes, outcomes]).toEqual([true, ['opened', 'resumed'], ['unknown']]);
  });

  it('when a session begins, goes to that one, and finds its room empty', async () => {
    const { open, send, changes, box, outcomes } = setUp();
    open().begin();
    box.unlink();
    for (let no = 0; no < queued; no += 1) await send('of before');
    expect(await send('m0', 'message', false)).toBe('ERR_BACKPRESSURE');
    const second = open({ session: name(8) });
    // Told with the beginning, in this order.
    expect(changes).toEqual(['opened']);
    await send('m1', 'message', false);
    second.begin();
    await Promise.resolve();
    expect([texts(second.sent), changes]).toEqual([['m1'], ['opened', 'ended']]);
    expect(outcomes).toEqual(Array.from({ length: queued }, () => 'unsent'));
  });

  it('when an answer waits for room, does not go to the run after the one that it answers', async () => {
    const { box, open, send } = setUp();
    open().begin();
    for (let no = 0; no < 2 * limits.messages.calls; no += 1) void send('r', 'response');
    const { generation } = box.outbox;
    const waiting = box.outbox.send('response', Buffer.from('m-late'), { generation }).catch(({ code }) => code);
    const next = open({ session: name(8) });
    next.begin();
    expect(await waiting).toBe('ERR_NO_PEER');
    expect(texts(next.sent)).toEqual([]);
  });

  it('when a link does not begin, waits for another one in order', async () => {
    const { open, send, box, outcomes } = setUp();
    open().begin();
    box.unlink();
    const broken = open({ session: name(8) });
    await send('m1');
    await send('m2', 'volatile');
    box.unlink();
    broken.begin();
    await send('m3');
    const replaced = open({ session: name(8) });
    await send('m4');
    const last = open({ session: name(8) });
    await send('m5');
    replaced.begin();
    last.begin();
    await Promise.resolve();
    expect([broken, replaced, last].map(({ sent }) => texts(sent))).toEqual([[], [], ['m1', 'm3', 'm4', 'm5']]);
    expect(outcomes).toEqual(['unsent']);
  });

  it('when the hello of the peer cannot be true, waits for another link', async () => {
    const { open, send, box } = setUp();
    const first = open();
    first.begin();
    await send('m1');
    box.unlink();
    const lying = open({ stream: '0000000000000001', received: 99 });
    await send('m2');
    lying.begin();
    expect(lying.failures).toEqual(['ERR_PROTOCOL']);
    box.unlink();
    const next = open();
    next.begin();
    await Promise.resolve();
    expect(texts(next.sent)).toEqual(['m1', 'm2']);
  });

  it('when the peer does not come back in time, gets its outcome', async () => {
    const { open, send, box, clock, outcomes, changes } = setUp();
    open().begin();
    box.unlink();
    open({ session: name(8) });
    await send('m1');
    box.unlink();
    clock.fire(limits.messages.outageMs);
    expect([outcomes, changes.at(-1)]).toEqual([['unsent'], 'ended']);
    expect(await send('m2')).toBe('ERR_NO_PEER');
  });
});
