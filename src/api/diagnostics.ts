import type { LanpeerError, LanpeerErrorCode } from '../errors.ts';
import type { DeviceId } from '../protocol/device-id.ts';
import type { ByeReason } from '../protocol/signal.ts';
import type { Via } from '../protocol/via.ts';
import type { DeviceEvent } from './devices.ts';
import type { SessionChange } from './messages.ts';
import type { LanpeerNode } from './node.ts';
import type { ConnectionChange } from './peers.ts';

interface At {
  /** Wall clock, ms. */
  readonly at: number;
  /** Null: a dial without an expected id, or an unauthenticated device. */
  readonly peer: DeviceId | null;
}

/** One step on the way from a known address to an open link. */
export type SignallingStep = At &
  (
    | { readonly step: 'dial'; readonly address: string; readonly port: number }
    | { readonly step: 'dial-failed'; readonly address: string; readonly port: number; readonly code: LanpeerErrorCode }
    /** Both sides are authenticated. */
    | { readonly step: 'session'; readonly key: string; readonly opener: 'local' | 'remote'; readonly address: string }
    | {
        readonly step: 'session-ended';
        readonly key: string;
        readonly by: 'local' | 'remote' | null;
        readonly bye: ByeReason | null;
      }
    | { readonly step: 'refused'; readonly address: string; readonly code: LanpeerErrorCode }
    | { readonly step: 'offer'; readonly direction: 'in' | 'out'; readonly epoch: number; readonly via: Via }
    /** The answer, and candidates. */
    | { readonly step: 'signal'; readonly direction: 'in' | 'out'; readonly epoch: number }
    | { readonly step: 'negotiated' | 'open'; readonly epoch: number; readonly via: Via }
    | {
        readonly step: 'down';
        readonly epoch: number;
        readonly via: Via;
        readonly silent: boolean;
        readonly code: LanpeerErrorCode;
      }
    /** The other side was told (`out`), or told this one (`in`), that the sender's end of that link is gone. */
    | { readonly step: 'lost'; readonly direction: 'in' | 'out'; readonly epoch: number }
  );

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
