import assert from 'node:assert/strict';
import type { SignallingSession } from '../../adapters/signalling/port.ts';
import { LanpeerError, type LanpeerErrorCode } from '../../errors.ts';
import type { AccessPolicy } from '../../protocol/access.ts';
import type { ComplianceCase } from './case.ts';
import type { MakeSignallingDevice } from './signalling-endpoint.ts';
import { signallingCase } from './signalling-rig.ts';

const key = (fill: number): AccessPolicy => ({ networkKey: new Uint8Array(32).fill(fill) });
const onlyAnother: AccessPolicy = { allow: new Set(['a'.repeat(52)]) };

/** A dial that one of the two sides refuses: both are notified, and neither gets a session. */
function refuses(
  name: string,
  code: LanpeerErrorCode,
  dialer: AccessPolicy,
  listener: AccessPolicy,
): ComplianceCase<MakeSignallingDevice> {
  return signallingCase(name, async ({ endpoint, when }) => {
    const [from, to] = [await endpoint({ access: dialer }), await endpoint({ access: listener })];
    await assert.rejects(from.dial(to), { code });
    await when(() => to.refusals.length > 0);
    assert.deepEqual(to.refusals, [{ code, address: from.device.address, id: from.device.id }]);
    assert.deepEqual([to.sessions, to.errors, from.refusals], [[], [], []]);
  });
}

const shown = ({ opener, remoteId, greeting, ownGeneration, remoteAddress }: SignallingSession) => ({
  opener,
  remoteId,
  greeting,
  ownGeneration,
  remoteAddress,
});

/** Dials and access: which are accepted, which are refused, and what both sides learn. */
export const dialCases: readonly ComplianceCase<MakeSignallingDevice>[] = [
  signallingCase(
    'opens a session on both ends: proven ids, its opener, greetings, one secret',
    async ({ endpoint, join }) => {
      const dialer = await endpoint({ access: key(1), held: () => 7 });
      const listener = await endpoint({ access: key(1), held: (id) => (id === dialer.device.id ? 9 : 0) });
      const [{ session: near }, { session: far }] = await join(dialer, listener);
      assert.deepEqual(shown(near), {
        opener: 'local',
        remoteId: listener.device.id,
        greeting: { ...listener.says, port: listener.port, held: 9 },
        ownGeneration: 7,
        remoteAddress: listener.device.address,
      });
      assert.deepEqual(shown(far), {
        opener: 'remote',
        remoteId: dialer.device.id,
        greeting: { ...dialer.says, port: dialer.port, held: 7 },
        ownGeneration: 9,
        remoteAddress: dialer.device.address,
      });
      assert.equal(near.secret.byteLength, 32);
      assert.deepEqual(Buffer.from(near.secret), Buffer.from(far.secret));
      assert.deepEqual([dialer.sessions, listener.refusals, dialer.refusals], [[], [], []]);
    },
  ),
  signallingCase('gives every session a key and a secret of its own, and asks anew for the greeting', async (rig) => {
    let held = 0;
    const one = await rig.endpoint({
      held() {
        held += 1;
        return held;
      },
    });
    const other = await rig.endpoint();
    // Two from one side and one from the other, which are open at the same time.
    const ends = await Promise.all([rig.join(one, other), rig.join(other, one)]);
    ends.push(await rig.join(one, other));
    const sessions = ends.flat().map(({ session }) => session);
    assert.equal(new Set(sessions.map((session) => session.key)).size, 6);
    assert.equal(new Set(sessions.map(({ secret }) => Buffer.from(secret).toString('hex'))).size, 3);
    const own = sessions.filter(({ remoteId }) => remoteId === other.device.id).map((session) => session.ownGeneration);
    const remote = sessions.filter(({ remoteId }) => remoteId === one.device.id).map(({ greeting }) => greeting.held);
    assert.deepEqual(
      [own.toSorted(), remote.toSorted()],
      [
        [1, 2, 3],
        [1, 2, 3],
      ],
    );
  }),
  signallingCase(
    'when the dialer does not listen, greets with port 0; without an expected id, accepts any device that answers',
    async (rig) => {
      const dialer = await rig.endpoint({ listens: false });
      const listener = await rig.endpoint();
      const session = await dialer.dial(listener, { id: null });
      assert.equal(session.remoteId, listener.device.id);
      await rig.when(() => listener.sessions.length > 0);
      assert.equal(listener.sessions[0]?.greeting.port, 0);
    },
  ),
  refuses('when the network keys differ, refuses', 'ERR_NETWORK_KEY', key(1), key(2)),
  refuses('when the dialer has no network key, refuses it', 'ERR_NETWORK_KEY', {}, key(1)),
  refuses('when the listener lacks the network key, the dialer refuses it', 'ERR_NETWORK_KEY', key(1), {}),
  refuses('when the dialer is not on the allow-list, refuses it', 'ERR_NOT_ALLOWED', {}, onlyAnother),
  refuses('when the listener is not on its allow-list, the dialer refuses it', 'ERR_NOT_ALLOWED', onlyAnother, {}),
  refuses('when the key fits, applies the allow-list as well', 'ERR_NOT_ALLOWED', key(1), {
    ...key(1),
    ...onlyAnother,
  }),
  signallingCase(
    'when a device is denied, refuses it whichever side dials and whatever it proves; others connect',
    async (rig) => {
      const denied = await rig.device();
      const careful = await rig.endpoint({ access: { ...key(1), deny: new Set([denied.id]) } });
      const one = await rig.endpoint({ device: denied, access: key(1) });
      await assert.rejects(one.dial(careful), { code: 'ERR_NOT_ALLOWED' });
      await assert.rejects(careful.dial(one), { code: 'ERR_NOT_ALLOWED' });
      await rig.join(await rig.endpoint({ access: key(1) }), careful);
      assert.deepEqual(one.sessions, []);
    },
  ),
  signallingCase(
    'when each device is on the allow-list of the other, opens a session on both',
    async ({ endpoint, device, join }) => {
      const devices = [await device(), await device()] as const;
      const access = { ...key(1), allow: new Set(devices.map(({ id }) => id)) };
      await join(await endpoint({ device: devices[0], access }), await endpoint({ device: devices[1], access }));
    },
  ),
  signallingCase(
    'when the id is not the expected one, refuses the listener, and notifies both',
    async ({ endpoint, device, when }) => {
      const [dialer, listener] = [await endpoint(), await endpoint()];
      const { id } = await device();
      await assert.rejects(dialer.dial(listener, { id }), { code: 'ERR_IDENTITY_MISMATCH' });
      await when(() => listener.refusals.length > 0);
      assert.equal(listener.refusals[0]?.code, 'ERR_IDENTITY_MISMATCH');
      assert.deepEqual(listener.sessions, []);
      // A dialer that expected another id has failed no check: it connects.
      await dialer.dial(listener);
    },
  ),
  signallingCase('when an endpoint dials itself, opens no session', async ({ endpoint }) => {
    const one = await endpoint();
    for (const id of [null, one.device.id]) await assert.rejects(one.dial(one, { id }), { code: 'ERR_SELF' });
    assert.deepEqual([one.sessions, one.copies], [[], []]);
  }),
  signallingCase(
    'when two runs have one identity, opens no session and tells each where the other is, whatever access says',
    async (rig) => {
      const device = await rig.device();
      for (const access of [{}, key(1), onlyAnother]) {
        const one = await rig.endpoint({ device, access: key(2) });
        const copy = await rig.endpoint({ device, access });
        for (const id of [null, device.id]) await assert.rejects(one.dial(copy, { id }), { code: 'ERR_INSTANCE' });
        const copyAt = ({ says: { incarnation }, port }: typeof one) => ({
          incarnation,
          port,
          address: device.address,
        });
        await rig.when(() => copy.copies.length === 2);
        assert.deepEqual(copy.copies, [copyAt(one), copyAt(one)]);
        assert.deepEqual(one.copies, [copyAt(copy), copyAt(copy)]);
        assert.deepEqual([one.sessions, copy.sessions, one.refusals, copy.refusals], [[], [], [], []]);
      }
    },
  ),
  signallingCase(
    'when a dialer failed, answers it the same for a while without verification, then verifies it again',
    async (rig) => {
      const listener = await rig.endpoint({ access: key(1) });
      // A dialer that proves no key has no other one to try.
      const wrong = await rig.endpoint();
      await assert.rejects(wrong.dial(listener), { code: 'ERR_NETWORK_KEY' });
      const right = await rig.endpoint({ device: wrong.device, access: key(1) });
      await assert.rejects(right.dial(listener), { code: 'ERR_NETWORK_KEY' });
      assert.equal(listener.refusals.length, 2);
      // Others are not concerned.
      await (await rig.endpoint({ access: key(1) })).dial(listener);
      const retry = async (): Promise<SignallingSession> => {
        try {
          return await right.dial(listener);
        } catch (thrown) {
          assert.ok(thrown instanceof LanpeerError && thrown.code === 'ERR_NETWORK_KEY', String(thrown));
          return retry();
        }
      };
      assert.equal((await retry()).remoteId, listener.device.id);
    },
  ),
];
