import { isIPv4 } from 'node:net';
import type { DiagnoseOptions } from '../../api/diagnosis.ts';
import { limits } from '../../limits.ts';
import { type DeviceId, isDeviceId } from '../../protocol/device-id.ts';
import { describe } from '../../validation/describe.ts';
import { booleanOption, integerOption, optionError, readOptions } from '../../validation/options.ts';
import { signalOption } from '../../validation/signal-option.ts';

/** The peer that a diagnosis was asked about. */
export type DiagnosedPeer = { readonly id: DeviceId } | { readonly address: string; readonly port: number };

/** What was asked for. */
export interface DiagnoseCall {
  readonly peer: DiagnosedPeer | null;
  readonly probe: boolean;
  readonly timeout: number;
  readonly signal: AbortSignal;
}

function parsePeer(peer: unknown): DiagnosedPeer {
  if (isDeviceId(peer)) return { id: peer };
  if (typeof peer !== 'object')
    throw optionError(`peer: ${describe(peer)} is neither a device id nor an address with a port.`);
  const { address, port } = readOptions('peer', peer, ['address', 'port']);
  if (typeof address !== 'string' || !isIPv4(address))
    throw optionError(`peer.address: ${describe(address)} is not an IPv4 address.`);
  return { address, port: integerOption('peer.port', port, 1, 65_535) };
}

/** Throws `ERR_OPTION`. */
export function parseDiagnoseOptions(given: DiagnoseOptions | undefined): DiagnoseCall {
  const { timeoutMs, peerTimeoutMs, mostMs } = limits.diagnosis;
  const {
    peer,
    probe = false,
    timeout,
    signal,
  } = readOptions('options', given, ['peer', 'probe', 'timeout', 'signal']);
  return {
    peer: peer === undefined ? null : parsePeer(peer),
    probe: booleanOption('probe', probe),
    timeout: integerOption('timeout', timeout ?? (peer === undefined ? timeoutMs : peerTimeoutMs), 1, mostMs),
    signal: signal === undefined ? new AbortController().signal : signalOption('signal', signal),
  };
}
