import type { ConnectionChange, DeviceEvent, LanpeerNode, SessionChange } from './api.ts';
import type { LanpeerError } from './errors.ts';
import type { SignallingStep } from './node/monitoring/trace.ts';
import type { DeviceId } from './protocol/device-id.ts';

/** Names of the channels of `node:diagnostics_channel` on which every node of the process publishes. */
export const diagnosticsChannels = {
  node: 'lanpeer:node',
  connection: 'lanpeer:connection',
  session: 'lanpeer:session',
  device: 'lanpeer:device',
  signalling: 'lanpeer:signalling',
  error: 'lanpeer:error',
} as const;

/** Which node of the process speaks. */
interface Speaker {
  /** Its own id; null before its first start. */
  readonly node: DeviceId | null;
  readonly name: string;
}

/** The state of the node changed. */
interface NodeChange {
  readonly state: LanpeerNode['state'];
  readonly previous: LanpeerNode['state'];
  /** Wall clock, ms. */
  readonly at: number;
}

/** What is published on each channel of {@link diagnosticsChannels}. */
export interface DiagnosticsMessages {
  readonly 'lanpeer:node': Speaker & NodeChange;
  /** As on `connections$`. */
  readonly 'lanpeer:connection': Speaker & ConnectionChange;
  /** As on `sessions$`. */
  readonly 'lanpeer:session': Speaker & SessionChange;
  /** As on `deviceEvents$`. */
  readonly 'lanpeer:device': Speaker & DeviceEvent;
  readonly 'lanpeer:signalling': Speaker & SignallingStep;
  /** As on `errors$`. */
  readonly 'lanpeer:error': Speaker & { readonly error: LanpeerError };
}

export type DiagnosticsChannel = keyof DiagnosticsMessages;
