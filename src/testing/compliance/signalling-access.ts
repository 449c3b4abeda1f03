import assert from 'node:assert/strict';
import type { SignallingSession } from '../../adapters/signalling/port.ts';
import { limits } from '../../limits.ts';
import type { AccessPolicy } from '../../protocol/access.ts';
import { networkTag } from '../../protocol/network-key.ts';
import type { ComplianceCase } from './case.ts';
import type { MakeSignallingDevice } from './signalling-endpoint.ts';
import { signallingCase } from './signalling-rig.ts';

const keyOf = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
const keys = (...fills: readonly number[]): AccessPolicy => ({ networkKey: fills.map(keyOf) });
const provenBy = ({ networkKey }: SignallingSession): number | undefined => networkKey?.[0];
const most = limits.access.networkKeys;

/** Several network keys, and access that changes. */
export const accessCases: readonly ComplianceCase<MakeSignallingDevice>[] = [
  signallingCase(
    'when the dialer proves any key of the listener, opens a session that carries the key on both sides',
    async (rig) => {
      const listener = await rig.endpoint({ access: keys(1, 2, 3) });
      for (const fill of [1, 2, 3]) {
        const dialer = await rig.endpoint({ access: keys(fill) });
        const [near, far] = await rig.join(dialer, listener);
        assert.deepEqual([provenBy(near.session), provenBy(far.session)], [fill, fill]);
      }
      const [near, far] = await rig.join(await rig.endpoint(), await rig.endpoint());
      assert.deepEqual([near.session.networkKey, far.session.networkKey], [undefined, undefined]);
    },
  ),
  signallingCase('when the first key is refused, proves each other one at once', async (rig) => {
    const fills = Array.from({ length: most }, (_, at) => at + 1);
    const listener = await rig.endpoint({ access: keys(9, most) });
    const dialer = await rig.endpoint({ access: keys(...fills) });
    const [near, far] = await rig.join(dialer, listener);
    assert.deepEqual([provenBy(near.session), provenBy(far.session)], [most, most]);
    assert.deepEqual(
      listener.refusals.map(({ code }) => code),
      fills.slice(1).map(() => 'ERR_NETWORK_KEY'),
    );
  }),
  signallingCase(
    'when the device announces a key, proves that one first, and takes no announcement as a proof',
    async (rig) => {
      const dialer = await rig.endpoint({ access: keys(1, 2, 3) });
      const listener = await rig.endpoint({ access: keys(3) });
      const told = await dialer.dial(listener, { networkTag: networkTag(keyOf(3)) });
      assert.deepEqual([provenBy(told), listener.refusals], [3, []]);
      const misled = await dialer.dial(listener, { networkTag: networkTag(keyOf(1)) });
      assert.deepEqual([provenBy(misled), listener.refusals.length], [3, 2]);
    },
  ),
  signallingCase(
    'when no key is common, tries each once, and answers further dials without verification',
    async (rig) => {
      const fills = Array.from({ length: most }, (_, at) => at + 1);
      const listener = await rig.endpoint({ access: keys(9) });
      const dialer = await rig.endpoint({ access: keys(...fills) });
      await assert.rejects(dialer.dial(listener), { code: 'ERR_NETWORK_KEY' });
      await rig.when(() => listener.refusals.length === most);
      const right = await rig.endpoint({ device: dialer.device, access: keys(9) });
      await assert.rejects(right.dial(listener), { code: 'ERR_NETWORK_KEY' });
      assert.deepEqual([listener.sessions, listener.refusals.length], [[], most + 1]);
    },
  ),
  signallingCase('when access changes, applies it to the next dial and forgets earlier refusals', async (rig) => {
    const listener = await rig.endpoint({ access: keys(1) });
    const dialer = await rig.endpoint();
    await assert.rejects(dialer.dial(listener), { code: 'ERR_NETWORK_KEY' });
    listener.signalling.setAccess(keys(1, 2));
    dialer.signalling.setAccess(keys(2));
    assert.equal(provenBy(await dialer.dial(listener)), 2);
    listener.signalling.setAccess({ ...keys(1, 2), deny: new Set([dialer.device.id]) });
    await assert.rejects(dialer.dial(listener), { code: 'ERR_NOT_ALLOWED' });
    listener.signalling.setAccess(keys(1));
    await assert.rejects(dialer.dial(listener), { code: 'ERR_NETWORK_KEY' });
    listener.signalling.setAccess({ allow: new Set([dialer.device.id]) });
    await assert.rejects(dialer.dial(listener), { code: 'ERR_NETWORK_KEY' });
    dialer.signalling.setAccess({});
    await dialer.dial(listener);
  }),
  signallingCase('when access changes, keeps open sessions: their owner ends them', async (rig) => {
    const listener = await rig.endpoint({ access: keys(1) });
    const [near, far] = await rig.join(await rig.endpoint({ access: keys(1) }), listener);
    listener.signalling.setAccess(keys(2));
    near.session.send({ type: 'lost', epoch: 1 });
    await rig.when(() => far.messages.length > 0);
    assert.deepEqual([near.ends, far.ends], [[], []]);
  }),
  ...(
    [
      ['a key', 'ERR_NETWORK_KEY', () => keys(2)],
      ['an id', 'ERR_NOT_ALLOWED', (id: string) => ({ ...keys(1), deny: new Set([id]) })],
    ] as const
  ).flatMap(([what, code, without]) => [
    signallingCase(
      `when the listener drops ${what} while it is proven, opens no session there, and ends that of the dialer`,
      async (rig) => {
        const dialer = await rig.endpoint({ access: keys(1) });
        const listener = await rig.endpoint({
          access: keys(1),
          held(id) {
            listener.signalling.setAccess(without(id));
            return 0;
          },
        });
        const near = rig.record(await dialer.dial(listener));
        await rig.when(() => near.ends.length > 0 && listener.refusals.length > 0);
        assert.deepEqual(near.ends, [{ kind: 'bye', by: 'remote', reason: 'failed' }]);
        assert.deepEqual([listener.sessions, listener.refusals.map((one) => one.code)], [[], [code]]);
      },
    ),
    signallingCase(`when the dialer drops ${what} while it is proven, opens no session`, async (rig) => {
      const dialer = await rig.endpoint({ access: keys(1) });
      const listener = await rig.endpoint({
        access: keys(1),
        held() {
          dialer.signalling.setAccess(without(listener.device.id));
          return 0;
        },
      });
      await assert.rejects(dialer.dial(listener), { code });
      await rig.when(() => listener.refusals.length > 0);
      assert.deepEqual([listener.sessions, listener.refusals.map((one) => one.code)], [[], [code]]);
    }),
  ]),
];
