import assert from 'node:assert/strict';
import type { SessionEnd } from '../../adapters/signalling/port.ts';
import { limits } from '../../limits.ts';
import type { SignalMessage } from '../../protocol/signal.ts';
import type { ComplianceCase } from './case.ts';
import {
  type MakeSignallingDevice,
  type RecordedSession,
  type SceneEndpoint,
  type SignallingScene,
  signallingScene,
} from './signalling-scene.ts';

type Message = Exclude<SignalMessage, { type: 'bye' }>;

const lost = (epoch: number): Message => ({ type: 'lost', epoch });
const numbered = (count: number): Message[] => Array.from({ length: count }, (_, no) => lost(no + 1));
const codeOf = (end: SessionEnd | undefined): string | undefined => (end?.kind === 'lost' ? end.error.code : end?.kind);

interface Joined {
  readonly scene: SignallingScene;
  readonly dialer: SceneEndpoint;
  readonly listener: SceneEndpoint;
  /** The end of the dialer. */
  readonly near: RecordedSession;
  readonly far: RecordedSession;
}

/** A case over one session between two endpoints. */
function overSession(name: string, check: (joined: Joined) => Promise<void>): ComplianceCase<MakeSignallingDevice> {
  return {
    name,
    run: (make) =>
      signallingScene(make, async (scene) => {
        const dialer = await scene.endpoint();
        const listener = await scene.endpoint();
        const [near, far] = await scene.join(dialer, listener);
        await check({ scene, dialer, listener, near, far });
      }),
  };
}

/** What is still on its way has come when both endpoints are closed. */
const bothClosed = ({ dialer, listener }: Joined): Promise<unknown> =>
  Promise.all([dialer.signalling.close(), listener.signalling.close()]);

/** A message whose text has exactly that many bytes. */
function sized(bytes: number): Message {
  const message = { type: 'signal', epoch: 1, body: '' } as const;
  return { ...message, body: 'x'.repeat(bytes - JSON.stringify(message).length) };
}

/** What every session promises once it is there. */
export const sessionCases: readonly ComplianceCase<MakeSignallingDevice>[] = [
  overSession('messages come whole and in order, both ways at once', async ({ scene, near, far }) => {
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
    await scene.when(() => near.messages.length >= messages.length && far.messages.length >= messages.length);
    assert.deepEqual(near.messages, messages);
    assert.deepEqual(far.messages, messages);
  }),
  overSession('a close is a bye with its reason on the other side, and ended once, last of all', async (joined) => {
    const { scene, near, far } = joined;
    near.session.send(lost(1));
    near.session.close('disconnect');
    assert.deepEqual(near.ends, [], 'whoever closes hears of it later');
    far.session.send(lost(2));
    await scene.when(() => near.ends.length > 0 && far.ends.length > 0);
    await bothClosed(joined);
    assert.deepEqual(near.ends, [{ kind: 'bye', by: 'local', reason: 'disconnect' }]);
    assert.deepEqual(far.ends, [{ kind: 'bye', by: 'remote', reason: 'disconnect' }]);
    assert.deepEqual([near.events, far.events], [['ended'], ['lost', 'ended']]);
  }),
  overSession('the one who was called closes as well as the one who called', async ({ scene, near, far }) => {
    far.session.close('instance');
    await scene.when(() => near.ends.length > 0 && far.ends.length > 0);
    assert.deepEqual(near.ends, [{ kind: 'bye', by: 'remote', reason: 'instance' }]);
    assert.deepEqual(far.ends, [{ kind: 'bye', by: 'local', reason: 'instance' }]);
  }),
  overSession('both may close at one moment: to each it was its own', async (joined) => {
    const { near, far } = joined;
    near.session.close('failed');
    far.session.close('duplicate');
    await bothClosed(joined);
    assert.deepEqual(near.ends, [{ kind: 'bye', by: 'local', reason: 'failed' }]);
    assert.deepEqual(far.ends, [{ kind: 'bye', by: 'local', reason: 'duplicate' }]);
  }),
  overSession('a session that is over drops what is sent, and a second close', async (joined) => {
    const { scene, dialer, listener, near, far } = joined;
    for (const end of [near, far]) {
      end.session.close('disconnect');
      end.session.close('failed');
      end.session.send(lost(1));
      // Not even looked at: what could not be sent is no trouble any more.
      end.session.send(sized(limits.signalling.messageBytes + 1));
      await scene.when(() => near.ends.length > 0 && far.ends.length > 0);
      end.session.send(lost(2));
      end.session.close('refused');
    }
    await bothClosed(joined);
    assert.deepEqual([near.events, far.events], [['ended'], ['ended']]);
    assert.deepEqual(far.ends, [{ kind: 'bye', by: 'remote', reason: 'disconnect' }]);
    assert.deepEqual([dialer.errors, listener.errors], [[], []]);
  }),
  {
    name: 'what came before anybody listened is handed over first, in order, then the end',
    run: (make) =>
      signallingScene(make, async (scene) => {
        const [dialer, listener] = [await scene.endpoint(), await scene.endpoint()];
        const session = await dialer.dial(listener);
        const messages = numbered(limits.signalling.early - 1);
        for (const message of messages) session.send(message);
        session.close('disconnect');
        const near = scene.record(session);
        // The other end has agreed to close: it has read everything.
        await scene.when(() => near.ends.length > 0 && listener.sessions.length > 0);
        const [late] = listener.sessions;
        assert.ok(late);
        const far = scene.record(late);
        await scene.when(() => far.ends.length > 0);
        assert.deepEqual(far.messages, messages);
        assert.deepEqual(far.ends, [{ kind: 'bye', by: 'remote', reason: 'disconnect' }]);
        assert.equal(far.events.at(-1), 'ended');
      }),
  },
  {
    name: 'a close while messages are handed over stops the handover',
    run: (make) =>
      signallingScene(make, async (scene) => {
        const [dialer, listener] = [await scene.endpoint(), await scene.endpoint()];
        const session = await dialer.dial(listener);
        const near = scene.record(session);
        const messages = numbered(5);
        await scene.when(() => listener.sessions.length > 0);
        const [late] = listener.sessions;
        assert.ok(late);
        for (const message of messages) session.send(message);
        const far = scene.record(late, () => late.close('failed'));
        await scene.when(() => near.ends.length > 0 && far.ends.length > 0);
        assert.deepEqual(far.events, ['lost', 'ended']);
        assert.deepEqual(near.ends, [{ kind: 'bye', by: 'remote', reason: 'failed' }]);
      }),
  },
  {
    name: 'who says too much before anybody listens loses the session',
    run: (make) =>
      signallingScene(make, async (scene) => {
        const [dialer, listener] = [await scene.endpoint(), await scene.endpoint()];
        const session = await dialer.dial(listener);
        for (const message of numbered(limits.signalling.early + 1)) session.send(message);
        const near = scene.record(session);
        await scene.when(() => near.ends.length > 0 && listener.sessions.length > 0);
        const [late] = listener.sessions;
        assert.ok(late);
        const far = scene.record(late);
        assert.deepEqual([codeOf(near.ends[0]), codeOf(far.ends[0])], ['ERR_SIGNALLING', 'ERR_PROTOCOL']);
      }),
  },
  overSession('who sends faster than the limit loses the session', async (joined) => {
    const { scene, near, far } = joined;
    for (const message of numbered(2 * limits.signalling.burst)) near.session.send(message);
    await scene.when(() => near.ends.length > 0 && far.ends.length > 0);
    await bothClosed(joined);
    assert.deepEqual(near.ends.map(codeOf), ['ERR_SIGNALLING']);
    assert.deepEqual(far.ends.map(codeOf), ['ERR_PROTOCOL']);
    assert.ok(far.messages.length >= limits.signalling.burst);
    assert.ok(far.messages.length < 2 * limits.signalling.burst);
    assert.equal(far.events.at(-1), 'ended');
  }),
  overSession('what cannot be sent is reported, and the session goes on', async (joined) => {
    const { scene, dialer, near, far } = joined;
    near.session.send(sized(limits.signalling.messageBytes + 1));
    near.session.send({ type: 'signal', epoch: 1, body: 1n });
    near.session.send(lost(1));
    await scene.when(() => far.messages.length > 0);
    assert.deepEqual(far.messages, [lost(1)]);
    assert.deepEqual(dialer.errors, ['ERR_TOO_LARGE', 'ERR_DATA']);
  }),
  {
    name: 'a listener of a session that throws is reported, and hears what follows',
    run: (make) =>
      signallingScene(make, async (scene) => {
        const [dialer, listener] = [await scene.endpoint(), await scene.endpoint()];
        const session = await dialer.dial(listener);
        const near = scene.record(session, () => {
          throw new Error('a listener that throws');
        });
        await scene.when(() => listener.sessions.length > 0);
        const [far] = listener.sessions;
        far?.send(lost(1));
        far?.send(lost(2));
        far?.close('failed');
        await scene.when(() => dialer.errors.length >= 3);
        assert.deepEqual(near.events, ['lost', 'lost', 'ended']);
        assert.deepEqual(dialer.errors, ['ERR_HANDLER', 'ERR_HANDLER', 'ERR_HANDLER']);
      }),
  },
];
