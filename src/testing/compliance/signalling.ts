import assert from 'node:assert/strict';
import type { ComplianceCase } from './case.ts';
import { accessCases } from './signalling-access.ts';
import { carrierCases } from './signalling-carriers.ts';
import { dialLimitCases } from './signalling-dial-limits.ts';
import { dialCases } from './signalling-dials.ts';
import type { MakeSignallingDevice } from './signalling-endpoint.ts';
import { reachCases } from './signalling-reach.ts';
import { withSignallingRig } from './signalling-rig.ts';
import { sessionCases } from './signalling-sessions.ts';

/** What endpoints do with their port, their listener and their end. */
const endpointCases: readonly ComplianceCase<MakeSignallingDevice>[] = [
  {
    name: 'listens on any free port, or on the one that is asked for',
    run: (make) =>
      withSignallingRig(make, async (rig) => {
        const first = await rig.endpoint();
        const second = await rig.endpoint({ device: first.device });
        assert.ok(first.port > 0 && first.port <= 65_535 && second.port > 0);
        assert.notEqual(first.port, second.port);
        await first.signalling.close();
        const third = await rig.endpoint({ device: first.device, port: first.port });
        assert.equal(third.port, first.port);
      }),
  },
  {
    name: 'when the port is taken, refuses to listen, and leaves nothing behind',
    run: (make) =>
      withSignallingRig(make, async (rig) => {
        const first = await rig.endpoint();
        const { device, port } = first;
        await assert.rejects(rig.endpoint({ device, port }), { code: 'ERR_PORT_IN_USE' });
        const other = await rig.endpoint();
        assert.equal((await other.dial(first)).greeting.name, first.says.name);
        await first.signalling.close();
        const next = await rig.endpoint({ device, port });
        assert.equal((await other.dial(next)).greeting.name, next.says.name);
      }),
  },
  {
    name: 'when a listener throws at any event, reports it and calls the listener again',
    run: (make) =>
      withSignallingRig(make, async (rig) => {
        const listener = await rig.endpoint({
          access: { networkKey: new Uint8Array(32) },
          react(event) {
            throw new Error(`a listener that throws at ${event}`);
          },
        });
        const member = await rig.endpoint({ access: { networkKey: new Uint8Array(32) } });
        const unauthenticated = await rig.endpoint();
        await assert.rejects(unauthenticated.dial(listener), { code: 'ERR_NETWORK_KEY' });
        const [near, far] = await rig.join(member, listener);
        near.session.send({ type: 'lost', epoch: 1 });
        await rig.when(() => far.messages.length > 0 && listener.errors.length >= 2);
        assert.deepEqual(listener.errors, ['ERR_HANDLER', 'ERR_HANDLER']);
        await rig.join(member, listener);
      }),
  },
  {
    name: 'when it closes, sends bye (stopping) on every session and waits for their end, also a second time',
    run: (make) =>
      withSignallingRig(make, async (rig) => {
        const [one, other] = [await rig.endpoint(), await rig.endpoint()];
        const [near, far] = await rig.join(one, other);
        const [backFar, back] = await rig.join(other, one);
        await Promise.all([one.signalling.close(), one.signalling.close()]);
        await one.signalling.close();
        const local = [{ kind: 'bye', by: 'local', reason: 'stopping' }];
        const remote = [{ kind: 'bye', by: 'remote', reason: 'stopping' }];
        assert.deepEqual([near.ends, back.ends], [local, local]);
        await rig.when(() => far.ends.length > 0 && backFar.ends.length > 0);
        await other.signalling.close();
        assert.deepEqual([far.ends, backFar.ends], [remote, remote]);
      }),
  },
  {
    name: 'after a close, accepts no dial and makes none; an endpoint that never listened closes as well',
    run: (make) =>
      withSignallingRig(make, async (rig) => {
        const [one, other] = [await rig.endpoint(), await rig.endpoint()];
        await one.signalling.close();
        await assert.rejects(one.dial(other), { code: 'ERR_ABORTED' });
        await assert.rejects(other.dial(one), { code: 'ERR_REFUSED' });
        const silent = await rig.endpoint({ listens: false });
        await silent.signalling.close();
        assert.deepEqual([one.sessions, other.sessions], [[], []]);
      }),
  },
  {
    name: 'when it closes, aborts a dial that is under way',
    run: (make) =>
      withSignallingRig(make, async (rig) => {
        const [one, other] = [await rig.endpoint(), await rig.endpoint()];
        const dialed = assert.rejects(one.dial(other), { code: 'ERR_ABORTED' });
        await one.signalling.close();
        await dialed;
        await other.signalling.close();
        assert.deepEqual(other.sessions, []);
      }),
  },
  {
    name: 'when it closes, ends callers that are not authenticated yet',
    run: (make) =>
      withSignallingRig(make, async (rig) => {
        let closed: Promise<void> | undefined;
        const listener = await rig.endpoint({
          held() {
            closed = listener.signalling.close();
            return 0;
          },
        });
        const caller = await rig.endpoint();
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
  ...dialLimitCases,
  ...reachCases,
  ...accessCases,
  ...sessionCases,
  ...carrierCases,
];
