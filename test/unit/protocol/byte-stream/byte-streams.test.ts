import { describe, expect, test } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { createCreditPool } from '../../../../src/protocol/byte-stream/credit-pool.ts';
import type { EndReason } from '../../../../src/protocol/byte-stream/frame-types.ts';
import { StreamPair } from '../../../support/byte-stream-pair.ts';

const { windowBytes, mostWindowBytes, sendBytes } = limits.streams;
const reason: EndReason = { kind: 'aborted', code: 'E_FULL', text: 'no room' };
const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, at) => (at * 31) % 251);

/** A stream of A that B has accepted. */
function openStream(pair = new StreamPair().attach()) {
  const end = pair.a.open('file', Uint8Array.of(1, 2));
  pair.settle();
  return { pair, end, other: pair.accepted() };
}

describe('two sides with a carrier each way', () => {
  test('open a stream with its type and data, and the opener learns that it was accepted', () => {
    const { end, other } = openStream();
    expect(end.isAccepted).toBe(true);
    expect(other.stream.opening).toEqual({ type: 'file', data: Uint8Array.of(1, 2) });
  });

  test('send nothing before the first credit, and never more than there is', () => {
    const { pair, end, other } = openStream();
    expect(end.stream.outgoing.write(bytes(2 * windowBytes))).toBe(2 * windowBytes);
    pair.settle();
    expect(other.stream.incoming.received).toBe(windowBytes);
    other.readAll();
    pair.settle();
    // The last part of the credit, less than a quarter, is not told: each time is a frame.
    expect(other.stream.incoming.received).toBeGreaterThan(1.75 * windowBytes);
    expect(other.stream.incoming.received).toBeLessThanOrEqual(2 * windowBytes);
  });

  test('give a reader that keeps up more credit, up to a most', () => {
    const { pair, end, other } = openStream();
    let most = 0;
    for (let turn = 0; turn < 20; turn += 1) {
      end.stream.outgoing.write(bytes(sendBytes));
      pair.settle();
      most = Math.max(most, other.stream.incoming.received - other.stream.incoming.read);
      other.readAll();
      pair.settle();
    }
    expect(most).toBeGreaterThan(0.75 * mostWindowBytes);
    expect(most).toBeLessThanOrEqual(mostWindowBytes);
  });

  test('a writer may be 1 MiB ahead of what has arrived, where the reader would take as much', () => {
    const { pair, end } = openStream();
    expect(end.stream.outgoing.write(bytes(2_000_000))).toBe(2 * windowBytes);
    expect(end.stream.outgoing.write(bytes(1))).toBe(0);
    pair.a.streams.receive({ kind: 'credit', stream: 0, received: 0, read: 0, limit: Number.MAX_SAFE_INTEGER });
    expect(end.stream.outgoing.write(bytes(2_000_000))).toBe(1_048_576 - 2 * windowBytes);
    expect(end.stream.outgoing.write(bytes(1))).toBe(0);
  });

  test('a slow reader keeps the first credit, and its writer is held back', () => {
    const { pair, end, other } = openStream();
    let accepted = 0;
    for (let turn = 0; turn < 50; turn += 1) {
      accepted += end.stream.outgoing.write(bytes(100_000));
      pair.settle();
      if (turn % 5 === 0) other.read();
    }
    const { received, read } = other.stream.incoming;
    expect(received - read).toBeLessThanOrEqual(2 * windowBytes);
    expect(accepted - received).toBeLessThanOrEqual(sendBytes);
  });

  test('credit beyond the first comes out of a pool, and goes back into it', () => {
    const pool = createCreditPool(3 * windowBytes);
    const { pair, end, other } = openStream(new StreamPair(pool).attach());
    for (let turn = 0; turn < 20; turn += 1) {
      end.stream.outgoing.write(bytes(sendBytes));
      pair.settle();
      other.readAll();
      pair.settle();
    }
    expect(pool.take(1)).toBe(0);
    end.stream.outgoing.reset(reason);
    other.stream.outgoing.reset(reason);
    pair.settle();
    expect(pool.take(Number.MAX_SAFE_INTEGER)).toBe(3 * windowBytes);
  });

  test('streams take turns', () => {
    const pair = new StreamPair().attach();
    const ends = Array.from({ length: 10 }, () => pair.a.open());
    pair.settle();
    for (const end of ends) end.stream.outgoing.write(bytes(windowBytes));
    for (let record = 0; record < 20; record += 1) pair.a.pull();
    for (const record of pair.a.carrier?.splice(0) ?? []) pair.b.receive(record);
    const received = pair.b.opened.map(({ stream }) => stream.incoming.received);
    expect(Math.min(...received)).toBeGreaterThan(0.7 * Math.max(...received));
  });

  test('each direction ends by itself, and `read` tells that the other program has all', () => {
    const { pair, end, other } = openStream();
    end.stream.outgoing.write(bytes(10));
    end.stream.outgoing.finish();
    pair.settle();
    expect(end.sentAs).toBeUndefined();
    other.readAll();
    expect(other.isAtEnd).toBe(true);
    pair.settle();
    expect(end.sentAs).toBe('read');
    other.stream.outgoing.write(bytes(5));
    other.stream.outgoing.finish();
    pair.settle();
    end.readAll();
    pair.settle();
    expect(end.bytes).toHaveLength(5);
    expect([pair.a.streams.size, pair.b.streams.size]).toEqual([0, 0]);
  });

  test('a reset drops what was not read, and its reason arrives', () => {
    const { pair, end, other } = openStream();
    end.stream.outgoing.write(bytes(1_000));
    pair.settle();
    end.stream.outgoing.reset(reason);
    pair.settle();
    expect(other.resetBy).toEqual(reason);
    other.readAll();
    expect(other.bytes).toHaveLength(0);
  });

  test('a stop ends the direction of the other side, which learns why', () => {
    const { pair, end, other } = openStream();
    end.stream.outgoing.write(bytes(1_000));
    pair.settle();
    other.stream.incoming.stop(reason);
    pair.settle();
    expect(end.sentAs).toEqual(reason);
    expect(other.resetBy).toBeUndefined();
  });

  test('a stream that is aborted before its carrier has begun is over at both sides', () => {
    const pair = new StreamPair();
    pair.a.open().stream.abort(reason);
    pair.attach();
    pair.settle();
    expect(pair.accepted().resetBy).toEqual(reason);
    expect([pair.a.streams.size, pair.b.streams.size]).toEqual([0, 0]);
  });

  test('when a carrier is lost with all that is on it, the bytes go on over the next', () => {
    const { pair, end, other } = openStream();
    const all = bytes(60_000);
    end.stream.outgoing.write(all);
    end.stream.outgoing.finish();
    for (let lost = 0; lost < 3; lost += 1) {
      pair.a.pull();
      pair.a.pull();
      pair.b.receive(pair.a.carrier?.shift() ?? new Uint8Array());
      pair.a.attach();
    }
    pair.settle();
    other.readAll();
    expect(other.bytes.equals(all)).toBe(true);
  });

  test('what one side has forgotten is over for the other side too', () => {
    const { pair, end, other } = openStream();
    for (const one of [end, other]) one.stream.outgoing.finish();
    pair.a.pull();
    pair.b.pull();
    for (const record of pair.a.carrier?.splice(0) ?? []) pair.b.receive(record);
    for (const record of pair.b.carrier?.splice(0) ?? []) pair.a.receive(record);
    // A says that it is through, and has forgotten the stream when that is lost.
    pair.b.pull();
    for (const record of pair.b.carrier?.splice(0) ?? []) pair.a.receive(record);
    while (pair.a.pull());
    expect(pair.a.streams.size).toBe(0);
    expect(pair.b.streams.size).toBe(1);
    pair.attach();
    pair.settle();
    expect(pair.b.streams.size).toBe(0);
  });

  test('when the sessions end, what is open is lost', () => {
    const { pair, end, other } = openStream();
    pair.a.streams.end();
    pair.b.streams.end();
    expect([end.isLost, other.isLost]).toEqual([true, true]);
    expect(pair.a.streams.size).toBe(0);
  });
});
