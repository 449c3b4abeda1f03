import { expect, test } from 'vitest';
import { createActor } from 'xstate';
import type { SignallingSession } from '../../../../src/adapters/signalling/port.ts';
import { LanpeerError } from '../../../../src/errors.ts';
import { limits } from '../../../../src/limits.ts';
import { createDialer } from '../../../../src/node/dialing/dialer.ts';
import { createVirtualClock } from '../../../../src/testing/virtual-clock.ts';

test('however many peers are dialed, only so many dials run at a time', async () => {
  const { atOnce } = limits.dial;
  const clock = createVirtualClock();
  const running: ((error: LanpeerError) => void)[] = [];
  const dialer = createDialer({
    signalling: { dial: () => new Promise<SignallingSession>((_, reject) => void running.push(reject)) },
    endpoints: () => [{ address: '192.0.2.1', port: 1 }],
    opened: () => undefined,
    exists: () => true,
    lost: () => undefined,
    failed: () => undefined,
    clock,
  });
  const actors = Array.from({ length: 2 * atOnce }, (_, no) =>
    createActor(dialer, { clock, input: { patient: false, peerId: `${no}` } }).start(),
  );
  await clock.advanceAsync(atOnce * limits.dial.nextMs);
  expect(running).toHaveLength(atOnce);
  running[0]?.(new LanpeerError('ERR_REFUSED'));
  await clock.advanceAsync(limits.dial.nextMs);
  expect(running).toHaveLength(atOnce + 1);
  for (const actor of actors) actor.stop();
});
