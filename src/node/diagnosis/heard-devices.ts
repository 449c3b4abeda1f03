import type { Device } from '../../api/devices.ts';
import type { Dial, HeardDevice } from '../../diagnosis/facts.ts';
import { limits } from '../../limits.ts';
import { mismatchOf } from '../../protocol/mismatch.ts';
import type { DiagnoseDeps } from './deps.ts';
import type { DiagnoseCall } from './diagnose-options.ts';

const { addresses: mostAddresses, devices: mostDevices } = limits.diagnosis;

/** Where it may be: where it was heard, and where it says that it is behind a router. */
const addressesOf = ({ addresses, offLink = [] }: Device): readonly string[] => [
  ...addresses.slice(0, mostAddresses),
  ...offLink.slice(0, mostAddresses),
];

/** What the last dials of the node to that device met. */
function dialed({ dials }: DiagnoseDeps, device: Device): readonly Dial[] {
  const { port } = device;
  return addressesOf(device).flatMap((address) => {
    const met = dials.of(address, port);
    if (met === undefined) return [];
    return [{ address, port, outcome: met === 'ok' ? ('open' as const) : { code: met } }];
  });
}

/** Opens a TCP connection to each address of it. */
async function probed({ machine }: DiagnoseDeps, device: Device, signal: AbortSignal): Promise<readonly Dial[]> {
  const { port } = device;
  if (!machine || port === 0) return [];
  return Promise.all(
    addressesOf(device).map(async (address) => ({ address, port, outcome: await machine.dial(address, port, signal) })),
  );
}

/** The devices that are heard now, the ones that were heard last first, and what is known of the way to them. */
export async function heardDevices(
  deps: DiagnoseDeps,
  { probe, signal }: DiagnoseCall,
): Promise<readonly HeardDevice[]> {
  const { clock, admission, source } = deps;
  const late = new AbortController();
  const timer = clock.setTimeout(() => late.abort(), limits.diagnosis.probeMs);
  const ends = AbortSignal.any([signal, late.signal]);
  const recent = [...source.devices.values()].toSorted((a, b) => b.heardAt - a.heardAt);
  let probes = 0;
  try {
    return await Promise.all(
      recent.map(async (device) => {
        const isPeer = source.peers.has(device.id);
        const misfit = mismatchOf(device, admission.policy, admission.tags) ?? null;
        const isProbed = probe && !isPeer && probes < mostDevices;
        if (isProbed) probes += 1;
        const dials = isProbed ? await probed(deps, device, ends) : dialed(deps, device);
        const { id, name, addresses, offLink, port, source: from, heardAt, networkTag } = device;
        return {
          id,
          name,
          addresses,
          ...(offLink && { offLink }),
          port,
          source: from,
          heardAt,
          misfit,
          hasKey: networkTag !== null,
          hasOurKey: networkTag === null ? admission.tags.length === 0 : admission.tags.includes(networkTag),
          isPeer,
          dials,
        };
      }),
    );
  } finally {
    clock.clearTimeout(timer);
  }
}
