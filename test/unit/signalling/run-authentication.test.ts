import { expect, test } from 'vitest';
import { runAuthentication } from '../../../src/adapters/signalling/session/run-authentication.ts';
import { createVirtualClock } from '../../../src/testing/virtual-clock.ts';
import { createFakeWire } from '../../support/fake-wire.ts';

test.each(['ping', 'pong', 'invalid'] as const)('when a %s comes during authentication, refuses', (what) => {
  const wire = createFakeWire();
  const told: unknown[] = [];
  runAuthentication(wire, {
    authentication: {
      first: 'hello',
      networkKey: undefined,
      provedUnknownKey: false,
      receive: () => ({ kind: 'more', reply: 'welcome' }),
    },
    refusal: undefined,
    clock: createVirtualClock(),
    onDone: () => true,
    onRefused: (refused) => void told.push(refused),
    onClosed: (error) => void told.push(error),
  });
  for (let no = 0; no < 3; no += 1) wire.listener[what]();
  expect(told).toEqual([{ code: 'ERR_PROTOCOL', by: 'local' }]);
  expect(wire.sent).toHaveLength(2);
  expect(wire.ending).toBe('close');
});
