import { afterEach, expect, test, vi } from 'vitest';
import { createActor } from 'xstate';
import { startPairOnMemory } from '../../../support/memory-pair.ts';

vi.mock('xstate', async (original) => {
  const real = await original<typeof import('xstate')>();
  return { ...real, createActor: vi.fn(real.createActor) };
});

afterEach(() => vi.mocked(createActor).mockClear());

test('nobody looks into the machines unless an inspector is given', async () => {
  await startPairOnMemory();
  const calls = vi.mocked(createActor).mock.calls;
  expect(calls).toHaveLength(2);
  for (const [, options] of calls) expect(options).not.toHaveProperty('inspect');
});
