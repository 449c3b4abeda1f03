import type { SignallingSession } from '../../adapters/signalling/port.ts';
import type { TriedAddress } from '../../diagnosis/peer/facts.ts';
import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { type Endpoint, nameOf } from '../dialing/endpoint.ts';
import type { DiagnoseDeps } from './deps.ts';

const { tcpMs, tlsMs } = limits.probes;

/** Where that device may be: where sessions of it come from, what the address book has, and what it announces. */
export function addressesOf(
  { source, peer: { endpoints } }: DiagnoseDeps,
  id: DeviceId,
  sessions: readonly SignallingSession[],
): readonly Endpoint[] {
  const device = source.devices.get(id);
  const claims = device?.claims ?? (device ? [device] : []);
  const all = [
    ...sessions.map(({ remoteAddress: address, greeting: { port } }) => ({ address, port })),
    ...endpoints(id),
    ...claims.flatMap(({ addresses, port }) => addresses.map((address) => ({ address, port }))),
    ...claims.flatMap(({ offLink = [], port }) => offLink.map((address) => ({ address, port }))),
  ].filter(({ port }) => port > 0);
  return [...new Map(all.toReversed().map((one) => [nameOf(one), one])).values()]
    .reverse()
    .slice(0, limits.diagnosis.peerAddresses);
}

/** Looks who answers there; without an id any device may. Never rejects. */
export async function reachOne(
  { run }: DiagnoseDeps,
  { address, port }: Endpoint,
  id: DeviceId | undefined,
  signal: AbortSignal,
): Promise<TriedAddress> {
  const target = { address, port, ...(id !== undefined && { id }), tcpMs, tlsMs, signal };
  const reached = await run()
    .signalling.reach(target)
    .catch(() => null);
  return { address, port, reached };
}
