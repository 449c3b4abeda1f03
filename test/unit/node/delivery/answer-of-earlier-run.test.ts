import { expect, test } from 'vitest';
import { createRestarts } from '../../../support/restarts.ts';

test('when a peer has restarted, does not send it the answer to a request of its run before', async () => {
  const { clock, node, start, kill } = createRestarts({ side: 'lower' });
  const answers: ((answer: string) => void)[] = [];
  node.respond('who', () => new Promise((resolve) => void answers.push(resolve)));
  const started = node.start();
  await clock.advanceAsync(1_000);
  await started;
  const first = await start();
  const lost = first.node.request(node.id, 'who', 'first').catch(() => 'lost');
  await clock.advanceAsync(1_000);
  expect(answers).toHaveLength(1);
  kill();
  const second = await start();
  // Requests are numbered from 1 in each run: the answer to the first would pass for one to this.
  const answer = second.node.request(node.id, 'who', 'second');
  await clock.advanceAsync(1_000);
  expect(answers).toHaveLength(2);
  answers[0]?.('for the first run');
  await clock.advanceAsync(1_000);
  expect(second.node.stats().messages.dropped).toBe(0);
  answers[1]?.('for the second run');
  await clock.advanceAsync(1_000);
  expect([await answer, second.node.stats().messages.dropped]).toEqual(['for the second run', 0]);
  void lost;
});
