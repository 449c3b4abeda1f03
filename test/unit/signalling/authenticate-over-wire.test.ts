import { describe, expect, test } from 'vitest';
import { runAuthentication } from '../../../src/adapters/signalling/session/run-authentication.ts';
import { limits } from '../../../src/limits.ts';
import type { Role } from '../../../src/protocol/proof.ts';
import { createVirtualClock } from '../../../src/testing/virtual-clock.ts';
import { frames, makeAuthentication } from '../../support/authentication.ts';
import { createFakeWire } from '../../support/fake-wire.ts';

describe('over a wire', () => {
  function run(role: Role, code?: 'ERR_BUSY') {
    const clock = createVirtualClock();
    const wire = createFakeWire();
    const outcomes: unknown[] = [];
    runAuthentication(wire, {
      authentication: makeAuthentication(role),
      refusal: code,
      clock,
      onDone({ name }) {
        outcomes.push(`done with ${name}`);
        return true;
      },
      onRefused: (refused) => void outcomes.push(refused),
      onClosed: ({ code }) => void outcomes.push(code),
    });
    return { clock, wire, outcomes };
  }

  test('the dialer sends first, the listener waits', () => {
    expect(run('dialer').wire.sent).toEqual([frames.hello]);
    expect(run('listener').wire.sent).toEqual([]);
  });

  test('a refusal is sent before anything else, and what follows is ignored', () => {
    const { wire, outcomes } = run('dialer', 'ERR_BUSY');
    wire.listener.text(frames.welcome);
    wire.listener.invalid();
    wire.listener.closed();
    expect([wire.sent, wire.ending]).toEqual([[frames.refuse], 'close']);
    expect(outcomes).toEqual([{ code: 'ERR_BUSY', by: 'local' }]);
  });

  test('when it has refused, terminates a wire that the other side does not close in time', () => {
    const { clock, wire, outcomes } = run('listener');
    wire.listener.invalid();
    clock.advance(limits.signalling.closeMs - 1);
    expect(wire.ending).toBe('close');
    clock.advance(1);
    expect(wire.ending).toBe('terminate');
    wire.listener.closed();
    expect([outcomes, clock.pending]).toEqual([[{ code: 'ERR_PROTOCOL', by: 'local' }], 0]);
  });

  test('reports a refusal of the other side as remote', () => {
    const { clock, wire, outcomes } = run('dialer');
    wire.listener.text(frames.refuse);
    wire.listener.closed();
    expect([outcomes, clock.pending]).toEqual([[{ code: 'ERR_BUSY', by: 'remote' }], 0]);
  });

  test('when the wire closes before the end, reports it once', () => {
    const { wire, outcomes } = run('listener');
    wire.listener.text(frames.hello);
    wire.listener.closed();
    wire.listener.closed();
    expect(outcomes).toEqual(['ERR_SIGNALLING']);
  });

  test('when this side has terminated the wire, makes no session of what was read before', () => {
    const { wire, outcomes } = run('listener');
    wire.listener.text(frames.hello);
    wire.terminate();
    wire.listener.text(frames.ready);
    wire.listener.closed();
    expect(outcomes).toEqual(['ERR_SIGNALLING']);
  });
});
