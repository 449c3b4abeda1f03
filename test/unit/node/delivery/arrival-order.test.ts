import { describe, expect, it } from 'vitest';
import { LanpeerError } from '../../../../src/errors.ts';
import { limits } from '../../../../src/limits.ts';
import { ArrivalOrder } from '../../../../src/node/delivery/arrival-order.ts';
import { codeOf } from '../../../support/code-of.ts';

const { aheadBytes, inbound, overheadBytes } = limits.messages;

function setUp(size = Number.POSITIVE_INFINITY) {
  const delivered: string[] = [];
  const refusals: string[] = [];
  const state = { held: 0, refuses: '' };
  const order = new ArrivalOrder({
    deliver(payload, handled) {
      const text = Buffer.from(payload as Uint8Array).toString();
      if (text === state.refuses) throw new LanpeerError('ERR_PROTOCOL');
      delivered.push(text);
      handled();
    },
    broken: ({ code }) => void refusals.push(code),
    memory: {
      acquire(bytes) {
        if (state.held + bytes > size) return false;
        state.held += bytes;
        return true;
      },
      release(bytes) {
        state.held -= bytes;
      },
    },
  });
  const handled: string[] = [];
  return {
    order,
    delivered,
    handled,
    refusals,
    state,
    receive: (text: string) => codeOf(() => order.receive(Buffer.from(text), () => handled.push(text))),
    expectOne: (text: string) => codeOf(() => order.expect(() => handled.push(text))),
    arrive: (text: string) => codeOf(() => order.arrive(Buffer.from(text))),
  };
}

describe('session messages, some of which come later', () => {
  it('are delivered at once where none is expected, and hold nothing', () => {
    const { delivered, receive, state } = setUp();
    receive('a');
    receive('b');
    expect([delivered, state.held]).toEqual([['a', 'b'], 0]);
  });

  it('are delivered in the order of their places, each with what is called when it is handled', () => {
    const { delivered, handled, order, receive, expectOne, arrive, state } = setUp();
    expectOne('b');
    receive('c');
    expectOne('d');
    receive('e');
    expect([delivered, order.size, state.held]).toEqual([[], 4, 2 + 4 * overheadBytes]);
    arrive('b');
    expect([delivered, order.size]).toEqual([['b', 'c'], 2]);
    receive('f');
    arrive('d');
    receive('g');
    expect([delivered, order.size, state.held]).toEqual([['b', 'c', 'd', 'e', 'f', 'g'], 0, 0]);
    expect(handled).toEqual(delivered);
  });

  it('when one is refused, are not delivered behind it: their sender would take each for the one before', () => {
    const { delivered, order, receive, expectOne, arrive, refusals, state } = setUp();
    expectOne('a');
    receive('b');
    receive('c');
    state.refuses = 'b';
    expect([arrive('a'), delivered, refusals]).toEqual([undefined, ['a'], ['ERR_PROTOCOL']]);
    expect([order.size, state.held]).toEqual([0, 0]);
    expectOne('d');
    receive('e');
    state.refuses = 'd';
    expect([arrive('d'), delivered, refusals.length, order.size, state.held]).toEqual([undefined, ['a'], 2, 0, 0]);
  });

  it('that wait are no more than the window allows, and than there is memory for', () => {
    const many = setUp();
    many.expectOne('a');
    for (let no = 1; no < inbound; no += 1) many.receive('b');
    expect([many.receive('b'), many.expectOne('b'), many.order.size]).toEqual([
      'ERR_PROTOCOL',
      'ERR_PROTOCOL',
      inbound,
    ]);
    const long = setUp();
    long.expectOne('a');
    expect(long.receive('b'.repeat(aheadBytes))).toBeUndefined();
    expect(long.receive('b')).toBe('ERR_PROTOCOL');
    const full = setUp(2 * overheadBytes);
    full.expectOne('a');
    expect([full.receive('b'), full.expectOne('b'), full.state.held]).toEqual([
      'ERR_BUSY',
      undefined,
      2 * overheadBytes,
    ]);
  });

  it('are dropped where those that they wait for do not come any more', () => {
    const { delivered, order, receive, expectOne, arrive, state } = setUp();
    expectOne('a');
    receive('b');
    order.clear();
    expect([order.size, state.held, arrive('a')]).toEqual([0, 0, 'ERR_PROTOCOL']);
    receive('c');
    expect(delivered).toEqual(['c']);
  });
});
