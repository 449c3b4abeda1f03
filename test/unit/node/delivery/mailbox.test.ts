import { describe, expect, it } from 'vitest';
import { LanpeerError } from '../../../../src/errors.ts';
import { limits } from '../../../../src/limits.ts';
import type { Body } from '../../../../src/protocol/frame-types.ts';
import { createMailboxRig, streamId, texts } from '../../../support/mailbox-rig.ts';
import { begin as beginBody, more as moreBody } from '../../../support/receive-stream.ts';

const { queued } = limits.messages;

it('when a large message is handled, acknowledges it at once: its sender may wait for that', async () => {
  const { open } = createMailboxRig();
  const { say, body, begin, sent } = open();
  begin();
  say({ kind: 'begin', stream: streamId(5), next: 1 });
  // A record that goes anyway would take the acknowledgement with it.
  await Promise.resolve();
  expect(sent).not.toContain('ack');
  const total = limits.messages.promptBytes;
  body({ kind: 'reference' });
  body(beginBody(0, 0, total, 16_000));
  for (let came = 16_000; came < total; came += 16_000) body(moreBody(0, came, Math.min(16_000, total - came)));
  await Promise.resolve();
  body({ kind: 'whole', of: 'message', payload: new Uint8Array(10) });
  await Promise.resolve();
  expect(sent.filter((frame) => frame === 'ack')).toHaveLength(1);
});

it('when a message was refused, and handled when it came again, is settled', () => {
  let refusals = 1;
  const { box, open } = createMailboxRig(undefined, (_kind, _payload, handled) => {
    if (refusals > 0) {
      refusals -= 1;
      throw new LanpeerError('ERR_BUSY');
    }
    handled();
  });
  const whole: Body = { kind: 'whole', of: 'message', payload: new Uint8Array(10) };
  const first = open();
  first.begin();
  first.say({ kind: 'begin', stream: streamId(5), next: 1 });
  first.body(whole);
  expect([first.failures, box.isUnsettled]).toEqual([['ERR_BUSY'], false]);
  const second = open();
  second.begin();
  second.say({ kind: 'begin', stream: streamId(5), next: 1 });
  second.body(whole);
  expect([second.failures, box.isUnsettled]).toEqual([[], false]);
});

describe('what is accepted between a link and its beginning', () => {
  it('when the session goes on, goes out behind the beginning, behind what the session had', async () => {
    const { open, send, changes, box, outcomes } = createMailboxRig();
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
    const { open, send, changes, box, outcomes } = createMailboxRig();
    open().begin();
    box.unlink();
    for (let no = 0; no < queued; no += 1) await send('of before');
    expect(await send('m0', 'message', false)).toBe('ERR_BACKPRESSURE');
    const second = open({ session: streamId(8) });
    // Told with the beginning, in this order.
    expect(changes).toEqual(['opened']);
    await send('m1', 'message', false);
    second.begin();
    await Promise.resolve();
    expect([texts(second.sent), changes]).toEqual([['m1'], ['opened', 'ended']]);
    expect(outcomes).toEqual(Array.from({ length: queued }, () => 'unsent'));
  });

  it('when an answer waits for room, does not go to the run after the one that it answers', async () => {
    const { box, open, send } = createMailboxRig();
    open().begin();
    for (let no = 0; no < 2 * limits.messages.calls; no += 1) void send('r', 'response');
    const { generation } = box.outbox;
    const waiting = box.outbox.send('response', Buffer.from('m-late'), { generation }).catch(({ code }) => code);
    const next = open({ session: streamId(8) });
    next.begin();
    expect(await waiting).toBe('ERR_NO_PEER');
    expect(texts(next.sent)).toEqual([]);
  });

  it('when a link does not begin, waits for another one in order', async () => {
    const { open, send, box, outcomes } = createMailboxRig();
    open().begin();
    box.unlink();
    const broken = open({ session: streamId(8) });
    await send('m1');
    await send('m2', 'volatile');
    box.unlink();
    broken.begin();
    await send('m3');
    const replaced = open({ session: streamId(8) });
    await send('m4');
    const last = open({ session: streamId(8) });
    await send('m5');
    replaced.begin();
    last.begin();
    await Promise.resolve();
    expect([broken, replaced, last].map(({ sent }) => texts(sent))).toEqual([[], [], ['m1', 'm3', 'm4', 'm5']]);
    expect(outcomes).toEqual(['unsent']);
  });

  it('when the hello of the peer cannot be true, waits for another link', async () => {
    const { open, send, box } = createMailboxRig();
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
    const { open, send, box, clock, outcomes, changes } = createMailboxRig();
    open().begin();
    box.unlink();
    open({ session: streamId(8) });
    await send('m1');
    box.unlink();
    clock.fire(limits.messages.outageMs);
    expect([outcomes, changes.at(-1)]).toEqual([['unsent'], 'ended']);
    expect(await send('m2')).toBe('ERR_NO_PEER');
  });
});
