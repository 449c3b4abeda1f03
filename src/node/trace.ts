import type { LanpeerErrorCode } from '../errors.ts';
import type { DeviceId } from '../protocol/device-id.ts';
import type { ByeReason } from '../protocol/signal.ts';
import type { Via } from '../protocol/via.ts';

interface At {
  /** Wall clock, ms. */
  readonly at: number;
  /** Null: a dial without knowing who is there, or a stranger. */
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
    /** The other side said that its end of that link is gone. */
    | { readonly step: 'lost'; readonly epoch: number }
  );

/** Steps of signalling, told to whoever looks; costs nothing while nobody does. */
export interface Trace {
  /** `at` is added here; `make` is not called while nobody looks. */
  tell(make: () => Omit<SignallingStep, 'at'>): void;
  watch(listener: (step: SignallingStep) => void): () => void;
}
