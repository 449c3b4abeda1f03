import type { DialTarget, SignallingSession } from '../../adapters/signalling/port.ts';
import type { SignallingStep } from '../../api/diagnostics.ts';
import type { Clock } from '../../environment.ts';
import { asLanpeerError } from '../../errors.ts';
import { createListeners } from '../../util/listener-set.ts';

type Untimed<Step> = Step extends unknown ? Omit<Step, 'at'> : never;

/** Steps of signalling, told to each watcher; costs nothing while there is none. */
export interface Trace {
  /** `at` is added here; `make` is not called while there is no watcher. */
  tell(make: () => Untimed<SignallingStep>): void;
  /** Returns the function that ends it. A listener that throws is reported and ends nothing. */
  watch(listener: (step: SignallingStep) => void): () => void;
}

/** One more watcher, asked each time whether it wants steps. */
export interface TraceSink {
  readonly wanted: boolean;
  take(step: SignallingStep): void;
}

export interface TraceDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly sink: TraceSink;
  /** A listener threw that. */
  readonly report: (thrown: unknown) => void;
}

export function createTrace({ clock, sink, report }: TraceDeps): Trace {
  const listeners = createListeners<[step: SignallingStep]>(report);
  return {
    tell(make) {
      const { wanted } = sink;
      if (listeners.size === 0 && !wanted) return;
      const step = { ...make(), at: clock.now() };
      if (wanted) sink.take(step);
      listeners.call(step);
    },
    watch: (listener) => listeners.add(listener),
  };
}

/** Dials as `dial` does, and tells of it. One that is given up, as another led to the peer, says nothing more. */
export function traceDials<Target extends Pick<DialTarget, 'id' | 'address' | 'port' | 'signal'>>(
  trace: Trace,
  dial: (target: Target) => Promise<SignallingSession>,
): (target: Target) => Promise<SignallingSession> {
  return async (target) => {
    const { address, port, id: peer = null, signal } = target;
    trace.tell(() => ({ step: 'dial', peer, address, port }));
    try {
      return await dial(target);
    } catch (thrown) {
      const { code } = asLanpeerError(thrown, 'ERR_SIGNALLING');
      if (!signal.aborted) trace.tell(() => ({ step: 'dial-failed', peer, address, port, code }));
      throw thrown;
    }
  };
}
