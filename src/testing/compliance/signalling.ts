import assert from 'node:assert/strict';
import type { ComplianceCase } from './case.ts';
import { accessCases } from './signalling-access.ts';
import { dialCases } from './signalling-dials.ts';
import { type MakeSignallingDevice, signallingScene } from './signalling-scene.ts';
import { sessionCases } from './signalling-sessions.ts';

/** What endpoints do with their port, their listener and their end. */
const endpointCases: readonly ComplianceCase<MakeSignallingDevice>[] = [
  {
    name: 'any free port is given, or the one that was asked for',
    run: (make) =>
      signallingScene(make, async (scene) => {
        const first = await scene.endpoint();
        const second = await scene.endpoint({ device: first.device });
        assert.ok(first.port > 0 && first.port <= 65_535 && second.port > 0);
        assert.notEqual(first.port, second.port);
        await first.signalling.close();
        const third = await scene.endpoint({ device: first.device, port: first.port });
        assert.equal(third.port, first.port);
      }),
  },
  {
    name: 'a port that is taken is refused, and nothing is left of the attempt',
    run: (make) =>
      signallingScene(make, async (scene) => {
        const first = await scene.endpoint();
        const { device, port } = first;
        await assert.rejects(scene.endpoint({ device, port }), { code: 'ERR_PORT_IN_USE' });
        const other = await scene.endpoint();
        assert.equal((await other.dial(first)).greeting.name, first.says.name);
        await first.signalling.close();
        const next = await scene.endpoint({ device, port });
        assert.equal((await other.dial(next)).greeting.name, next.says.name);
      }),
  },
  {
    name: 'a listener that throws, whatever it is told, is reported and told what follows',
    run: (make) =>
      signallingScene(make, async (scene) => {
        const listener = await scene.endpoint({
          access: { networkKey: new Uint8Array(32) },
          react(event) {
            throw new Error(`a listener that throws at ${event}`);
          },
        });
        const member = await scene.endpoint({ access: { networkKey: new Uint8Array(32) } });
        const stranger = await scene.endpoint();
        await assert.rejects(stranger.dial(listener), { code: 'ERR_NETWORK_KEY' });
        const [near, far] = await scene.join(member, listener);
        near.session.send({ type: 'lost', epoch: 1 });
        await scene.when(() => far.messages.length > 0 && listener.errors.length >= 2);
        assert.deepEqual(listener.errors, ['ERR_HANDLER', 'ERR_HANDLER']);
        await scene.join(member, listener);
      }),
  },
  {
    name: 'a close says that it is stopping on every session and waits for their end, also a second time',
    run: (make) =>
      signallingScene(make, async (scene) => {
        const [one, other] = [await scene.endpoint(), await scene.endpoint()];
        const [near, far] = await scene.join(one, other);
        const [backFar, back] = await scene.join(other, one);
        await Promise.all([one.signalling.close(), one.signalling.close()]);
        await one.signalling.close();
        const local = [{ kind: 'bye', by: 'local', reason: 'stopping' }];
        const remote = [{ kind: 'bye', by: 'remote', reason: 'stopping' }];
        assert.deepEqual([near.ends, back.ends], [local, local]);
        await scene.when(() => far.ends.length > 0 && backFar.ends.length > 0);
        await other.signalling.close();
        assert.deepEqual([far.ends, backFar.ends], [remote, remote]);
      }),
  },
  {
    name: 'after a close it is reached no more and reaches nobody; one that never listened closes as well',
    run: (make) =>
      signallingScene(make, async (scene) => {
        const [one, other] = [await scene.endpoint(), await scene.endpoint()];
        await one.signalling.close();
        await assert.rejects(one.dial(other), { code: 'ERR_ABORTED' });
        await assert.rejects(other.dial(one), { code: 'ERR_REFUSED' });
        const silent = await scene.endpoint({ listens: false });
        await silent.signalling.close();
        assert.deepEqual([one.sessions, other.sessions], [[], []]);
      }),
  },
  {
    name: 'a close ends a dial that is under way',
    run: (make) =>
      signallingScene(make, async (scene) => {
        const [one, other] = [await scene.endpoint(), await scene.endpoint()];
        const dialed = assert.rejects(one.dial(other), { code: 'ERR_ABORTED' });
        await one.signalling.close();
        await dialed;
        await other.signalling.close();
        assert.deepEqual(other.sessions, []);
      }),
  },
  {
    name: 'a close ends callers who are not authenticated yet',
    run: (make) =>
      signallingScene(make, async (scene) => {
        let closed: Promise<void> | undefined;
        const listener = await scene.endpoint({
          held() {
            closed = listener.signalling.close();
            return 0;
          },
        });
        const caller = await scene.endpoint();
        await assert.rejects(caller.dial(listener), { code: 'ERR_SIGNALLING' });
        assert.ok(closed);
        await closed;
        assert.deepEqual([listener.sessions, listener.refusals], [[], []]);
      }),
  },
];

/** What every {@link Signalling} promises, on a real clock: run each case against a real one and its in-memory twin. */
export const signallingCompliance: readonly ComplianceCase<MakeSignallingDevice>[] = [
  ...endpointCases,
  ...dialCases,
  ...accessCases,
  ...sessionCases,
];
