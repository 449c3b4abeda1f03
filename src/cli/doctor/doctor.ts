import type { CheckStatus, DiagnoseOptions, Diagnosis } from '../../api/diagnosis.ts';
import type { LanpeerNode } from '../../api/node.ts';
import { systemClock } from '../../environment.ts';
import { isDeviceId } from '../../protocol/device-id.ts';
import type { DoctorArguments } from '../args/doctor.ts';
import type { PeerTarget } from '../args/target.ts';
import { exitCodes } from '../exit-code.ts';
import { runCommand } from '../node/node-command.ts';
import { jsonLine } from '../output.ts';
import { paintOf } from '../style.ts';
import { warn } from '../warn.ts';
import { awaitDevice } from './await-device.ts';
import { formatDiagnosis } from './format.ts';
import { startListeningNode } from './listening-node.ts';
import { withoutPeer } from './without-peer.ts';

/** Other codes than those of other commands: what the doctor finds is what it was asked for. */
const codes: Readonly<Record<CheckStatus, number>> = { ok: exitCodes.done, fault: exitCodes.failed, unknown: 3 };

/** Looks what keeps this device from its peers. Resolves with the exit code. */
export function doctor(args: DoctorArguments): Promise<number> {
  const { json, verbose, waitMs } = args;
  const format = json
    ? jsonLine
    : (diagnosis: object, piece: (text: string) => void) =>
        piece(formatDiagnosis(diagnosis as Diagnosis, verbose, paintOf(process.stdout)));
  return runCommand({ json, format }, async ({ output, signal }) => {
    const node = await startListeningNode(args);
    try {
      if (!json) warn(`looks and listens, for ${waitMs / 1_000} s at most…`);
      const diagnosis = await examine(node, args, signal);
      output.write(diagnosis);
      return codes[diagnosis.status];
    } finally {
      await node.stop();
    }
  });
}

async function examine(
  node: LanpeerNode,
  { target, waitMs }: DoctorArguments,
  signal: AbortSignal,
): Promise<Diagnosis> {
  const begun = systemClock.monotonic();
  const peer = await peerOf(node, target, { waitMs, signal });
  const left = Math.max(1_000, Math.ceil(waitMs - (systemClock.monotonic() - begun)));
  const diagnosis = await node.diagnose({ probe: true, timeout: left, signal, ...(peer && { peer }) });
  return target && 'prefix' in target && !peer ? withoutPeer(diagnosis, target.prefix) : diagnosis;
}

/** Undefined where none was asked for, or none is heard that fits. */
async function peerOf(
  node: LanpeerNode,
  target: PeerTarget | undefined,
  { waitMs, signal }: { readonly waitMs: number; readonly signal: AbortSignal },
): Promise<DiagnoseOptions['peer']> {
  if (!target) return undefined;
  if ('address' in target) return target;
  // Not being heard is something that can be said of it.
  if (isDeviceId(target.prefix)) return target.prefix;
  return (await awaitDevice(node, target, { waitMs, signal, clock: systemClock }))?.id;
}
