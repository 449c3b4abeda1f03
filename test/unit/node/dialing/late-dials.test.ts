import { expect, test } from 'vitest';
import { createActor } from 'xstate';
import { limits } from '../../../../src/index.ts';
import { createDialer } from '../../../../src/node/dialing/dialer.ts';
import { at, createDialerRig, settle } from '../../../support/dialer-rig.ts';
import { createLateClock } from '../../../support/late-clock.ts';

test('when the peer dials as well, waits until this process is on time', async () => {
  const { clock, dials, begun } = createDialerRig([at(1)], true, [], true);
  await settle();
  clock.lateMs = 2 * limits.dial.lateMs;
  await clock.advanceAsync(1_000);
  expect([dials.length, begun()]).toEqual([0, 0]);
  clock.lateMs = 0;
  await clock.advanceAsync(4 * limits.dial.lookEveryMs + 2 * limits.dial.lateMs);
  expect([dials.length, begun()]).toEqual([1, 1]);
});

test('when the process is late, makes no second dial beside the first', async () => {
  const { clock, dials } = createDialerRig([at(1)]);
  await settle();
  clock.lateMs = 2 * limits.dial.lateMs;
  await clock.advanceAsync(60_000);
  expect(dials).toHaveLength(1);
  clock.lateMs = 0;
  await clock.advanceAsync(2_000);
  expect(dials).toHaveLength(3);
});

test('when a dial waits for its process to be on time, keeps no other one waiting', async () => {
  const clock = createLateClock(2 * limits.dial.lateMs);
  const targets: string[] = [];
  const dialer = createDialer({
    signalling: {
      dial({ address }) {
        targets.push(address);
        return new Promise(() => undefined);
      },
    },
    endpoints: (id) => [at(Number(id))],
    opened: () => undefined,
    exists: () => true,
    lost: () => undefined,
    failed: () => undefined,
    clock,
  });
  const start = (no: number, patient: boolean) =>
    createActor(dialer, { clock, input: { peerId: `${no}`, patient } }).start();
  const actors = [1, 2, 3, 4].map((no) => start(no, true));
  await settle();
  actors.push(start(5, false));
  await settle();
  expect(targets).toEqual([at(5).address]);
  for (const actor of actors) actor.stop();
});
