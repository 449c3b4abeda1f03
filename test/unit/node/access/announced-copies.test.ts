import { expect, test } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { createIdentityCopies } from '../../../../src/node/access/identity-copies.ts';
import { createVirtualClock } from '../../../../src/testing/virtual-clock.ts';

const { atOnce, againMs, remembered } = limits.copies;

/** Announcements of the own id of a node from other addresses, and the dials that they cause. */
function setUp() {
  const clock = createVirtualClock();
  const dialed: string[] = [];
  let end = (): void => undefined;
  const copies = createIdentityCopies({
    clock,
    own: () => undefined,
    dial: ({ address }) => {
      dialed.push(address);
      return new Promise<void>((resolve) => {
        end = resolve;
      });
    },
    superseded: () => undefined,
    report: () => undefined,
  });
  return {
    clock,
    dialed,
    hear: (no: number) => copies.heard({ addresses: [`10.0.${no >> 8}.${no & 255}`], port: 4_000 }),
    /** The last dial has led to nothing. */
    async settle(): Promise<void> {
      end();
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    },
  };
}

test('cause only so many dials at a time', async () => {
  const { dialed, hear, settle } = setUp();
  for (let no = 0; no < 10; no += 1) hear(no);
  expect(dialed).toHaveLength(atOnce);
  await settle();
  hear(10);
  expect(dialed).toHaveLength(atOnce + 1);
});

test('cause a dial to one address only after a while', async () => {
  const { clock, dialed, hear, settle } = setUp();
  hear(1);
  await settle();
  clock.advance(againMs - 1);
  hear(1);
  expect(dialed).toHaveLength(1);
  clock.advance(1);
  hear(1);
  expect(dialed).toHaveLength(2);
});

test('are remembered by address, the last ones', async () => {
  const { dialed, hear, settle } = setUp();
  for (let no = 0; no < remembered; no += 1) {
    hear(no);
    await settle();
  }
  hear(0);
  expect(dialed).toHaveLength(remembered);
  hear(remembered);
  await settle();
  hear(0);
  expect(dialed).toHaveLength(remembered + 2);
});
