import assert from 'node:assert/strict';
import { limits } from '../../limits.ts';
import type { ComplianceCase } from './case.ts';
import { earlyMessageCases } from './signalling-early-messages.ts';
import type { MakeSignallingDevice } from './signalling-endpoint.ts';
import { bothClosed, overSession } from './signalling-joined.ts';
import { codeOf, lost, type Message, numbered, sized } from './signalling-messages.ts';
import { withSignallingRig } from './signalling-rig.ts';

/** What every session promises once it is there. */
export const sessionCases: readonly ComplianceCase<MakeSignallingDevice>[] = [
  overSession('carries messages whole and in order, both ways at once', async ({ rig, near, far }) => {
    const body = { sdp: 'v=0\r\n', nested: [null, true, 1.5, 'Ü\u2028\u0000'], '': {} };
    const messages: Message[] = [
      { type: 'offer', epoch: 1, via: 'webrtc', body },
      { type: 'signal', epoch: Number.MAX_SAFE_INTEGER, body: [] },
      { type: 'offer', epoch: 2, via: 'tls', body: null },
      { type: 'offer', epoch: 3, via: 'later', body: {} },
      sized(limits.signalling.messageBytes),
      ...numbered(20),
    ];
    for (const message of messages) {
      near.session.send(message);
      far.session.send(message);
    }
    await rig.when(() => near.messages.length >= messages.length && far.messages.length >= messages.length);
    assert.deepEqual(near.messages, messages);
    assert.deepEqual(far.messages, messages);
  }),
  overSession(
    'when one side closes, the other gets a bye with the reason, and both end once, last of all',
    async (joined) => {
      const { rig, near, far } = joined;
      near.session.send(lost(1));
      near.session.close('disconnect');
      assert.deepEqual(near.ends, [], 'the side that closes is notified later');
      far.session.send(lost(2));
      await rig.when(() => near.ends.length > 0 && far.ends.length > 0);
      await bothClosed(joined);
      assert.deepEqual(near.ends, [{ kind: 'bye', by: 'local', reason: 'disconnect' }]);
      assert.deepEqual(far.ends, [{ kind: 'bye', by: 'remote', reason: 'disconnect' }]);
      assert.deepEqual([near.events, far.events], [['ended'], ['lost', 'ended']]);
    },
  ),
  overSession('when the listener closes, ends as when the dialer closes', async ({ rig, near, far }) => {
    far.session.close('instance');
    await rig.when(() => near.ends.length > 0 && far.ends.length > 0);
    assert.deepEqual(near.ends, [{ kind: 'bye', by: 'remote', reason: 'instance' }]);
    assert.deepEqual(far.ends, [{ kind: 'bye', by: 'local', reason: 'instance' }]);
  }),
  overSession('when both close at one moment, reports to each its own close', async (joined) => {
    const { near, far } = joined;
    near.session.close('failed');
    far.session.close('duplicate');
    await bothClosed(joined);
    assert.deepEqual(near.ends, [{ kind: 'bye', by: 'local', reason: 'failed' }]);
    assert.deepEqual(far.ends, [{ kind: 'bye', by: 'local', reason: 'duplicate' }]);
  }),
  overSession('when the session is over, drops what is sent, and a second close', async (joined) => {
    const { rig, dialer, listener, near, far } = joined;
    for (const end of [near, far]) {
      end.session.close('disconnect');
      end.session.close('failed');
      end.session.send(lost(1));
      // Not even checked: what could not be sent is no error any more.
      end.session.send(sized(limits.signalling.messageBytes + 1));
      await rig.when(() => near.ends.length > 0 && far.ends.length > 0);
      end.session.send(lost(2));
      end.session.close('refused');
    }
    await bothClosed(joined);
    assert.deepEqual([near.events, far.events], [['ended'], ['ended']]);
    assert.deepEqual(far.ends, [{ kind: 'bye', by: 'remote', reason: 'disconnect' }]);
    assert.deepEqual([dialer.errors, listener.errors], [[], []]);
  }),
  ...earlyMessageCases,
  overSession('when a peer sends faster than the limit, ends the session', async (joined) => {
    const { rig, near, far } = joined;
    for (const message of numbered(2 * limits.signalling.burst)) near.session.send(message);
    await rig.when(() => near.ends.length > 0 && far.ends.length > 0);
    await bothClosed(joined);
    assert.deepEqual(near.ends.map(codeOf), ['ERR_SIGNALLING']);
    assert.deepEqual(far.ends.map(codeOf), ['ERR_PROTOCOL']);
    assert.ok(far.messages.length >= limits.signalling.burst);
    assert.ok(far.messages.length < 2 * limits.signalling.burst);
    assert.equal(far.events.at(-1), 'ended');
  }),
  overSession('when a message cannot be sent, reports it and goes on', async (joined) => {
    const { rig, dialer, near, far } = joined;
    near.session.send(sized(limits.signalling.messageBytes + 1));
    near.session.send({ type: 'signal', epoch: 1, body: 1n });
    near.session.send(lost(1));
    await rig.when(() => far.messages.length > 0);
    assert.deepEqual(far.messages, [lost(1)]);
    assert.deepEqual(dialer.errors, ['ERR_TOO_LARGE', 'ERR_DATA']);
  }),
  {
    name: 'when the listener of a session throws, reports it and calls it again',
    run: (make) =>
      withSignallingRig(make, async (rig) => {
        const [dialer, listener] = [await rig.endpoint(), await rig.endpoint()];
        const session = await dialer.dial(listener);
        const near = rig.record(session, () => {
          throw new Error('a listener that throws');
        });
        await rig.when(() => listener.sessions.length > 0);
        const [far] = listener.sessions;
        far?.send(lost(1));
        far?.send(lost(2));
        far?.close('failed');
        await rig.when(() => dialer.errors.length >= 3);
        assert.deepEqual(near.events, ['lost', 'lost', 'ended']);
        assert.deepEqual(dialer.errors, ['ERR_HANDLER', 'ERR_HANDLER', 'ERR_HANDLER']);
      }),
  },
];
