import { expect, test } from 'vitest';
import { createGate } from '../../../src/node/gate.ts';

/** Lets promises that are due settle; no time passes. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

test('only so many dials at a time; who waits goes in order, who gives up is not in the way', async () => {
  const gate = createGate({ size: 2, perSource: 2 });
  const open = new AbortController().signal;
  const leave = [await gate(open), await gate(open)];
  const order: string[] = [];
  const controller = new AbortController();
  const first = gate(controller.signal).then(
    () => order.push('first'),
    () => order.push('gave up'),
  );
  const second = gate(open).then(() => order.push('second'));
  await settle();
  expect(order).toEqual([]);
  controller.abort();
  await first;
  leave[0]?.();
  await second;
  expect(order).toEqual(['gave up', 'second']);
});

test('of one source only so many at a time, and who has none goes first', async () => {
  const gate = createGate({ size: 3, perSource: 2 });
  const { signal } = new AbortController();
  const order: string[] = [];
  const leave = new Map<string, () => void>();
  const enter = (name: string, source?: string): void =>
    void gate(signal, source).then((left) => {
      order.push(name);
      leave.set(name, left);
    });
  enter('flood 1', 'x');
  enter('flood 2', 'x');
  enter('flood 3', 'x');
  enter('other', 'y');
  enter('flood 4', 'x');
  enter('proven');
  await settle();
  expect(order).toEqual(['flood 1', 'flood 2', 'other']);
  leave.get('other')?.();
  await settle();
  expect(order.at(-1)).toBe('proven');
  leave.get('proven')?.();
  await settle();
  expect(order).toHaveLength(4);
  leave.get('flood 1')?.();
  await settle();
  expect(order.at(-1)).toBe('flood 3');
});

test('who comes with an aborted signal does not wait', async () => {
  const gate = createGate({ size: 1, perSource: 1 });
  await expect(gate(AbortSignal.abort())).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  await gate(new AbortController().signal);
});
