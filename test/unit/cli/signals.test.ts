import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { onStopSignals } from '../../../src/cli/signals.ts';
import { limits } from '../../../src/limits.ts';
import { createVirtualClock } from '../../../src/testing/index.ts';

function setUp() {
  const source = new EventEmitter();
  const clock = createVirtualClock();
  const codes: number[] = [];
  let stops = 0;
  onStopSignals({
    stop: () => {
      stops += 1;
      return stops === 1;
    },
    exit: (code) => codes.push(code),
    clock,
    source,
  });
  return { source, clock, codes, stops: () => stops };
}

test.each(['SIGHUP', 'SIGINT', 'SIGTERM'])('%s asks for a stop', (name) => {
  const { source, codes, stops } = setUp();
  source.emit(name);
  expect([stops(), codes]).toEqual([1, []]);
});

test('another signal while the stop goes on ends it with its number', () => {
  const { source, clock, codes } = setUp();
  source.emit('SIGTERM');
  clock.advance(limits.cli.sameSignalMs);
  source.emit('SIGTERM');
  expect(codes).toEqual([128 + 15]);
});

test('a different one ends it at once', () => {
  const { source, codes } = setUp();
  source.emit('SIGINT');
  source.emit('SIGHUP');
  expect(codes).toEqual([128 + 1]);
});

test('the same one twice at a time leaves the stop some time', () => {
  const { source, clock, codes } = setUp();
  source.emit('SIGINT');
  source.emit('SIGINT');
  clock.advance(limits.cli.sameSignalGraceMs - 1);
  expect(codes).toEqual([]);
  clock.advance(1);
  expect(codes).toEqual([128 + 2]);
});
