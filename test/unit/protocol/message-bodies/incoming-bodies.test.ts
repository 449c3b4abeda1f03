import { describe, expect, it } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import type { BodyPart } from '../../../../src/protocol/frame-types.ts';
import { createRoom, setUpIncomingBodies as setUp } from '../../../support/incoming-bodies.ts';
import { begin, more } from '../../../support/receive-stream.ts';

const { aheadBytes, bodyWindowBytes, roomAfter, volatileBytes } = limits.messages;

describe('a lane', () => {
  it('takes messages one after another, by offset, whatever came before', () => {
    const { code, sizes } = setUp();
    expect([code(begin(1, 0, 1_000, 600)), code(begin(1, 0, 1_000, 600)), code(more(1, 300, 700))]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(sizes()).toEqual(['request 1000']);
    expect([code(more(1, 300, 700)), code(begin(1, 1_000, 500, 500, 'response'))]).toEqual([undefined, undefined]);
    expect(sizes()).toEqual(['request 1000', 'response 500']);
  });

  it.each<readonly [string, BodyPart]>([
    ['a gap', more(1, 700, 10)],
    ['a gap with a beginning', begin(1, 700, 10, 10)],
    ['a part without its beginning', more(2, 0, 600)],
    ['a part that goes over the end', more(1, 600, 401)],
    ['a message before the one in front of it has ended', begin(1, 600, 500, 10)],
    ['a message longer than this side takes', begin(2, 0, 100_001, 600)],
    ['a message of nothing', begin(2, 0, 0, 0)],
    ['a kind of another lane', begin(2, 0, 1_000, 600, 'message')],
    ['a call among session messages', begin(0, 0, 1_000, 600, 'request')],
    ['a volatile message among calls', begin(2, 0, 1_000, 600, 'volatile')],
    ['an unknown lane', begin(17, 0, 1_000, 600, 'volatile')],
    ['more than there is credit for', { ...more(1, 600, 0), bytes: new Uint8Array(bodyWindowBytes) }],
  ])('takes no part that breaks the protocol: %s', (_, frame) => {
    const { code, sizes } = setUp();
    code(begin(1, 0, 1_000, 600));
    expect(code(frame)).toBe('ERR_PROTOCOL');
    // The one that was there is not harmed.
    expect(code(more(1, 600, 400))).toBeUndefined();
    expect(sizes()).toEqual(['request 1000']);
  });

  it('gives credit in large steps, and says when a call has come', () => {
    const { code, credits, state } = setUp(10_000_000);
    expect(code(begin(0, 0, 5_000_000, 200_000))).toBeUndefined();
    expect([credits(), state.wakes]).toEqual([[], 0]);
    code(more(0, 200_000, 200_000));
    const credit = { kind: 'bodyCredit', lane: 0, received: 400_000, limit: 400_000 + bodyWindowBytes, rewind: false };
    expect([credits(), state.wakes]).toEqual([[credit], 1]);
    code(begin(1, 0, 100, 100));
    expect(credits()).toEqual([{ ...credit, lane: 1, received: 100, limit: 100 + bodyWindowBytes }]);
  });

  it('leaves it to an acknowledgement to say that a session message has come', () => {
    const { code, credits } = setUp();
    code(begin(0, 0, 50_000, 50_000));
    expect(credits()).toEqual([]);
  });

  it('tells a new carrier what it has', () => {
    const { bodies, code, credits } = setUp();
    code(begin(0, 0, 50_000, 600));
    code(begin(3, 0, 50_000, 700));
    expect(credits()).toEqual([]);
    bodies.announce();
    expect(credits()).toMatchObject([
      { lane: 0, received: 600, limit: bodyWindowBytes },
      { lane: 3, received: 700, limit: bodyWindowBytes },
    ]);
  });
});

describe('a lane of volatile messages', () => {
  it('goes on at any later message: the one before does not come to its end', () => {
    const { room, counted } = createRoom(100_000);
    const { code, sizes, credits } = setUp(100_000, counted);
    code(begin(9, 0, 50_000, 600));
    expect(code(begin(9, 30_000, 1_000, 600))).toBeUndefined();
    expect([room.held, room.due]).toEqual([1_000, 1_000]);
    code(more(9, 30_600, 400));
    expect(sizes()).toEqual(['volatile 1000']);
    expect(credits()).toMatchObject([{ received: 31_000, limit: 31_000 + bodyWindowBytes }]);
    // Where all that was sent of the one before has come.
    code(begin(9, 31_000, 50_000, 600));
    expect(code(begin(9, 31_600, 500, 500))).toBeUndefined();
    expect(sizes()).toEqual(['volatile 1000', 'volatile 500']);
  });

  it('gets credit for what was left out', () => {
    const { code, credits } = setUp();
    code({ ...begin(9, bodyWindowBytes, 1_000, 0) });
    expect(credits()).toMatchObject([{ received: bodyWindowBytes, limit: 2 * bodyWindowBytes }]);
    expect(code(more(9, bodyWindowBytes, 1_000))).toBeUndefined();
  });

  it('loses what is unfinished with its link, and passes over the rest', () => {
    const { room, counted } = createRoom(100_000);
    const { bodies, code, sizes } = setUp(100_000, counted);
    code(begin(9, 0, 2_000, 600));
    code(begin(1, 0, 2_000, 600));
    bodies.dropVolatiles();
    expect([room.held, room.due]).toEqual([2_000, 2_000]);
    code(more(9, 600, 1_400));
    code(begin(9, 2_000, 100, 100));
    code(more(1, 600, 1_400));
    expect(sizes()).toEqual(['volatile 100', 'request 2000']);
  });
});

describe('unfinished messages', () => {
  it('are no longer in all than one session message and as much again in calls, and what waits for its reference', () => {
    const { code } = setUp(1_000_000);
    for (const lane of [0, 1]) expect(code(begin(lane, 0, 1_000_000, 600))).toBeUndefined();
    expect(code(begin(2, 0, aheadBytes + 1, 600))).toBe('ERR_PROTOCOL');
    expect(code(begin(2, 0, aheadBytes, 600))).toBeUndefined();
    expect(code(begin(3, 0, 1, 1))).toBe('ERR_PROTOCOL');
  });

  it('when a volatile one would make them more than their cap, go on without it', () => {
    const { room, counted } = createRoom(8 * volatileBytes);
    const { code, sizes } = setUp(8 * volatileBytes, counted);
    for (const lane of [9, 10]) expect(code(begin(lane, 0, volatileBytes / 2, 600))).toBeUndefined();
    expect([code(begin(11, 0, 20, 10)), code(more(11, 10, 10)), room.due]).toEqual([
      undefined,
      undefined,
      volatileBytes,
    ]);
    expect(code(begin(12, 0, volatileBytes + 1, 600))).toBeUndefined();
    code(begin(10, 600, 30, 30));
    expect(code(begin(11, 20, 40, 40))).toBeUndefined();
    expect(sizes()).toEqual(['volatile 30', 'volatile 40']);
  });

  it('take the memory for all of one at once when enough of it is there', () => {
    const { room, counted } = createRoom(1_000_000);
    const { code } = setUp(100_000, counted);
    const part = (80_000 * roomAfter) / 2;
    code(begin(1, 0, 80_000, part));
    expect(room.held).toBe(part);
    code(more(1, part, part));
    expect(room.held).toBe(80_000);
  });

  it('that find no room are dropped where they are volatile, and else come again when the receiver says so', () => {
    const { room, counted } = createRoom(10_000);
    const { bodies, code, credits, sizes } = setUp(1_000_000, counted);
    code(begin(1, 0, 100_000, 6_000));
    expect([code(more(1, 6_000, 6_000)), code(more(1, 12_000, 6_000)), room.held]).toEqual([
      'ERR_BUSY',
      undefined,
      6_000,
    ]);
    code(begin(9, 0, 8_000, 600));
    expect([code(more(9, 600, 7_400)), room.held]).toEqual([undefined, 6_000]);
    code(begin(9, 8_000, 1_200, 1_200));
    expect(sizes()).toEqual(['volatile 1200']);
    credits();
    // What came before, and what is behind it, may still be under way over another carrier.
    expect([code(begin(1, 0, 100_000, 6_000)), code(more(1, 18_000, 6_000))]).toEqual([undefined, undefined]);
    room.size = 200_000;
    bodies.retry();
    expect(credits()).toMatchObject([{ lane: 1, received: 6_000, rewind: true }]);
    for (let came = 6_000; came < 100_000; came += 1_000) expect(code(more(1, came, 1_000))).toBeUndefined();
    expect(sizes()).toEqual(['volatile 1200', 'request 100000']);
  });

  it('count until they are taken, and not once they are cleared', () => {
    const { room, counted } = createRoom(1_000_000);
    const { arrived, bodies, code } = setUp(100_000, counted);
    code(begin(0, 0, 1_000, 1_000));
    code(begin(1, 0, 1_000, 600));
    expect([room.held, room.due]).toEqual([2_000, 2_000]);
    expect(arrived[0]?.take()).toEqual(new Uint8Array(1_000));
    bodies.clear();
    expect([room.held, room.due, bodies.isUnfinished]).toEqual([0, 0, false]);
  });
});
