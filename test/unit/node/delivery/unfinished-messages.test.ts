import { describe, expect, it } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import type { BodyPart } from '../../../../src/protocol/frame-types.ts';
import { Unfinished } from '../../../../src/protocol/message-session/unfinished.ts';
import { createMailboxRig, streamId } from '../../../support/mailbox-rig.ts';
import { begin } from '../../../support/receive-stream.ts';

describe('memory of unfinished messages', () => {
  const { awayMs, idleMs } = limits.messages.unfinished;
  const part = (total: number): BodyPart => begin(0, 0, total, 16_000);

  function setUpTwo() {
    let time = 0;
    const unfinished = new Unfinished(32_000, () => time);
    const two = [createMailboxRig(unfinished), createMailboxRig(unfinished)] as const;
    const links = two.map((one) => one.open());
    for (const link of links) {
      link.begin();
      link.say({ kind: 'begin', stream: streamId(5), next: 1 });
      link.body({ kind: 'reference' });
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
