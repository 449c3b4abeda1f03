import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import type { Access } from '../../../src/api/access.ts';
import { onReloadSignal } from '../../../src/cli/reload.ts';
import { LanpeerError } from '../../../src/errors.ts';

function setUp() {
  const source = new EventEmitter();
  const told: unknown[] = [];
  const readings: PromiseWithResolvers<Access>[] = [];
  let wake = (): void => undefined;
  const tell = (what: unknown): void => {
    told.push(what);
    wake();
  };
  onReloadSignal({
    read() {
      const reading = Promise.withResolvers<Access>();
      readings.push(reading);
      wake();
      return reading.promise;
    },
    use(access) {
      if (access === 'open') throw new LanpeerError('ERR_OPTION');
      tell(access);
    },
    done: () => tell('done'),
    failed: (thrown) => tell(thrown instanceof LanpeerError ? thrown.code : thrown),
    source,
  });
  async function until(condition: () => boolean): Promise<void> {
    while (!condition())
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  }
  return { source, told, readings, until };
}

test('SIGUSR2 reads access again, one reading after the other', async () => {
  const { source, told, readings, until } = setUp();
  source.emit('SIGUSR2');
  source.emit('SIGUSR2');
  await until(() => readings.length > 0);
  readings[0]?.resolve({ networkKey: 'first' });
  await until(() => readings.length > 1);
  readings[1]?.resolve({ networkKey: 'second' });
  await until(() => told.length === 4);
  expect(told).toEqual([{ networkKey: 'first' }, 'done', { networkKey: 'second' }, 'done']);
});

test('what cannot be read or used is told, and the next signal counts again', async () => {
  const { source, told, readings, until } = setUp();
  source.emit('SIGUSR2');
  await until(() => readings.length === 1);
  readings[0]?.reject(new LanpeerError('ERR_USAGE'));
  await until(() => told.length === 1);
  source.emit('SIGUSR2');
  await until(() => readings.length === 2);
  readings[1]?.resolve('open');
  await until(() => told.length === 2);
  expect(told).toEqual(['ERR_USAGE', 'ERR_OPTION']);
});
