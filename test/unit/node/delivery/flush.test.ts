import { expect, test } from 'vitest';
import { limits } from '../../../../src/index.ts';
import { outcomeOf, startPairOnMemory } from '../../../support/memory-pair.ts';

const { flushMs } = limits.messages;

test('when the handlers of the peer do not settle, disconnects after a while all the same', async () => {
  const { clock, a, b } = await startPairOnMemory();
  b.handle('n', () => new Promise(() => undefined));
  const { delivered } = await a.send(b.id, 'n', 1);
  await clock.advanceAsync(100);
  const left = outcomeOf(a.disconnect(b.id));
  await clock.advanceAsync(flushMs / 2);
  expect(left.now).toBeUndefined();
  await clock.advanceAsync(flushMs);
  expect(left.now).toBe('resolved');
  expect(await delivered).toBe('unknown');
});
