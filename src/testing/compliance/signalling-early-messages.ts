import assert from 'node:assert/strict';
import { limits } from '../../limits.ts';
import type { ComplianceCase } from './case.ts';
import type { MakeSignallingDevice } from './signalling-endpoint.ts';
import { codeOf, numbered } from './signalling-messages.ts';
import { withSignallingRig } from './signalling-rig.ts';

/** What every session does with messages that come before its listener is attached. */
export const earlyMessageCases: readonly ComplianceCase<MakeSignallingDevice>[] = [
  {
    name: 'when messages come before the listener is attached, delivers them first, in order, then the end',
    run: (make) =>
      withSignallingRig(make, async (rig) => {
        const [dialer, listener] = [await rig.endpoint(), await rig.endpoint()];
        const session = await dialer.dial(listener);
        const messages = numbered(limits.signalling.early - 1);
        for (const message of messages) session.send(message);
        session.close('disconnect');
        const near = rig.record(session);
        // The other end has agreed to close: it has read everything.
        await rig.when(() => near.ends.length > 0 && listener.sessions.length > 0);
        const [late] = listener.sessions;
        assert.ok(late);
        const far = rig.record(late);
        await rig.when(() => far.ends.length > 0);
        assert.deepEqual(far.messages, messages);
        assert.deepEqual(far.ends, [{ kind: 'bye', by: 'remote', reason: 'disconnect' }]);
        assert.equal(far.events.at(-1), 'ended');
      }),
  },
  {
    name: 'when the listener closes during the delivery of early messages, stops it',
    run: (make) =>
      withSignallingRig(make, async (rig) => {
        const [dialer, listener] = [await rig.endpoint(), await rig.endpoint()];
        const session = await dialer.dial(listener);
        const near = rig.record(session);
        const messages = numbered(5);
        await rig.when(() => listener.sessions.length > 0);
        const [late] = listener.sessions;
        assert.ok(late);
        for (const message of messages) session.send(message);
        const far = rig.record(late, () => late.close('failed'));
        await rig.when(() => near.ends.length > 0 && far.ends.length > 0);
        assert.deepEqual(far.events, ['lost', 'ended']);
        assert.deepEqual(near.ends, [{ kind: 'bye', by: 'remote', reason: 'failed' }]);
      }),
  },
  {
    name: 'when too many messages come before the listener is attached, ends the session',
    run: (make) =>
      withSignallingRig(make, async (rig) => {
        const [dialer, listener] = [await rig.endpoint(), await rig.endpoint()];
        const session = await dialer.dial(listener);
        for (const message of numbered(limits.signalling.early + 1)) session.send(message);
        const near = rig.record(session);
        await rig.when(() => near.ends.length > 0 && listener.sessions.length > 0);
        const [late] = listener.sessions;
        assert.ok(late);
        const far = rig.record(late);
        assert.deepEqual([codeOf(near.ends[0]), codeOf(far.ends[0])], ['ERR_SIGNALLING', 'ERR_PROTOCOL']);
      }),
  },
];
