import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createQueue } from '../../../src/util/queue.ts';

test('a queue is an array whose front is taken, however long it gets', () => {
  const step = fc.oneof(
    fc.nat().map((push) => ({ push })),
    fc.constantFrom('shift' as const, 'drain' as const),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
      const queue = createQueue<number>();
      let model: number[] = [];
      for (const one of steps) {
        if (typeof one === 'object') model.push(one.push);
        if (typeof one === 'object') queue.push(one.push);
        else if (one === 'shift') expect(queue.shift()).toBe(model.shift());
        else {
          expect(queue.drain()).toEqual(model);
          model = [];
        }
        expect([queue.size, queue.at(0), queue.at(1)]).toEqual([model.length, model[0], model[1]]);
      }
    }),
  );
  const long = createQueue<number>();
  for (let n = 0; n < 5_000; n += 1) long.push(n);
  for (let n = 0; n < 5_000; n += 1) expect(long.shift()).toBe(n);
  expect(long.shift()).toBeUndefined();
});
