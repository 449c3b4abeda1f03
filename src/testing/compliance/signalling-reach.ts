import assert from 'node:assert/strict';
import type { Reached } from '../../adapters/signalling/port.ts';
import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { ComplianceCase } from './case.ts';
import type { MakeSignallingDevice, RigEndpoint } from './signalling-endpoint.ts';
import { signallingCase } from './signalling-rig.ts';

const { tcpMs, tlsMs } = limits.probes;

function reach(from: RigEndpoint, to: RigEndpoint, id?: DeviceId, signal?: AbortSignal): Promise<Reached> {
  return from.signalling.reach({
    address: to.device.address,
    port: to.port,
    ...(id !== undefined && { id }),
    tcpMs,
    tlsMs,
    signal: signal ?? new AbortController().signal,
  });
}

const shown = ({ tcp, tls, id }: Reached) => ({ tcp, tls, id });

/** Looks at an address: who answers there, and what comes of it. */
export const reachCases: readonly ComplianceCase<MakeSignallingDevice>[] = [
  signallingCase('looks who answers at an address, whatever access says, and makes no session', async (rig) => {
    const one = await rig.endpoint({ access: { networkKey: new Uint8Array(32).fill(1) } });
    const other = await rig.endpoint({ access: { networkKey: new Uint8Array(32).fill(2) } });
    const { id } = other.device;
    assert.deepEqual(shown(await reach(one, other, id)), { tcp: 'open', tls: 'expected', id });
    assert.deepEqual(shown(await reach(one, other)), { tcp: 'open', tls: 'expected', id });
    assert.deepEqual(shown(await reach(one, other, one.device.id)), { tcp: 'open', tls: 'other', id });
    // A dial that comes later would be refused if a look counted as a failure.
    const third = await rig.endpoint({ access: { networkKey: new Uint8Array(32).fill(2) } });
    await reach(third, other);
    await rig.join(third, other);
    assert.deepEqual([other.sessions.length, other.refusals, other.errors], [1, [], []]);
  }),
  signallingCase('looks at an address where nothing listens', async (rig) => {
    const [one, other] = [await rig.endpoint(), await rig.endpoint()];
    await other.signalling.close();
    const { ms, ...seen } = await reach(one, other);
    assert.deepEqual([seen.tcp, seen.tls, seen.id], ['refused', null, null]);
    assert.ok(ms >= 0 && ms < tcpMs, `${ms} ms`);
  }),
  signallingCase('looks no more once it is aborted or closed', async (rig) => {
    const [one, other] = [await rig.endpoint(), await rig.endpoint()];
    await assert.rejects(reach(one, other, undefined, AbortSignal.abort()), { code: 'ERR_ABORTED' });
    const looking = assert.rejects(reach(one, other), { code: 'ERR_ABORTED' });
    await one.signalling.close();
    await looking;
    await assert.rejects(reach(one, other), { code: 'ERR_ABORTED' });
    const target = { address: 'example.org', port: 1, tcpMs, tlsMs, signal: new AbortController().signal };
    await assert.rejects(other.signalling.reach(target), { code: 'ERR_OPTION' });
  }),
];
