import { describe, expect, it } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { PeerPresence } from '../../../../src/node/presence/peer-presence.ts';
import { encodeProperties } from '../../../../src/protocol/presence/properties.ts';
import { createManualClock } from '../../../support/manual-clock.ts';
import { noPresence } from '../../../support/presence.ts';

const { everyMs } = limits.presence;
const channel = { features: [], wake: () => undefined };

function setUp() {
  const clock = createManualClock();
  const published: unknown[] = [];
  const codes: string[] = [];
  const presence = new PeerPresence({
    clock,
    own: () => noPresence,
    changed: ({ properties }) => void published.push(properties),
    refused: ({ code }) => void codes.push(code),
  });
  presence.link('session', channel);
  const say = (payload: Uint8Array | null) =>
    presence.receive({ kind: 'properties', payload: payload ?? new Uint8Array() });
  return { clock, presence, published, codes, say };
}

describe('what a peer says of itself', () => {
  it('when it changes all the time, is published at once and then once in a while, the newest', () => {
    const { clock, published, say } = setUp();
    for (let no = 1; no <= 1_000; no += 1) say(encodeProperties({ no }));
    expect(published).toStrictEqual([{ no: 1 }]);
    clock.fire(everyMs);
    expect(published).toStrictEqual([{ no: 1 }, { no: 1_000 }]);
    clock.fire(everyMs);
    expect(published).toHaveLength(2);
    expect(clock.armed).toEqual([]);
  });

  it('when it is not ours and is looked at later, is refused with a code', () => {
    const { clock, codes, say } = setUp();
    say(encodeProperties({ a: 1 }));
    say(Buffer.from('not ours'));
    expect(codes).toEqual([]);
    clock.fire(everyMs);
    expect(codes).toEqual(['ERR_PROTOCOL']);
  });

  it('when the link is gone, stays, and needs no timer', () => {
    const { clock, presence, say } = setUp();
    say(encodeProperties({ a: 1 }));
    presence.unlink();
    expect(clock.armed).toEqual([]);
    presence.link('session', channel);
    expect(presence.current.properties).toStrictEqual({ a: 1 });
  });

  it('when the peer started again, or its session ended, is empty', () => {
    const { presence, say } = setUp();
    say(encodeProperties({ a: 1 }));
    presence.link('another session', channel);
    expect(presence.current.properties).toStrictEqual({});
    presence.unlink();
    say(encodeProperties({ a: 2 }));
    presence.reset();
    expect(presence.current.properties).toStrictEqual({});
  });
});
