import { expect, test, vi } from 'vitest';
import { Actor, type AnyActorLogic } from 'xstate';
import { startPairOnMemory } from '../../../support/memory-pair.ts';

const start = vi.spyOn(Actor.prototype, 'start');

test('inspects no machine when no inspector is given', async () => {
  await startPairOnMemory();
  const actors = start.mock.contexts as readonly Actor<AnyActorLogic>[];
  const roots = actors.filter(({ options }) => options.parent === undefined);
  expect(roots).toHaveLength(2);
  for (const { options } of roots) expect(options).not.toHaveProperty('inspect');
});
