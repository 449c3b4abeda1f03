import { asLanpeerError, LanpeerError } from '../../../errors.ts';
import type { Refusal, SignallingListener } from '../port.ts';
import type { ProvenEnd } from './wire.ts';

/** The listener of a signalling endpoint, once there is one. What it throws goes to its own `error`, and no further. */
export class ListenerReports {
  #listener: SignallingListener | undefined;

  setListener(listener: SignallingListener): void {
    this.#listener = listener;
  }

  notify(call: (listener: SignallingListener) => void): void {
    try {
      if (this.#listener) call(this.#listener);
    } catch (thrown) {
      this.error(asLanpeerError(thrown, 'ERR_HANDLER'));
    }
  }

  refused(refusal: Refusal): void {
    this.notify((listener) => listener.refused(refusal));
  }

  /** Tells of the device that `dial` has proven, if it rejects with `ERR_NOT_TRUSTED`. */
  async tellUntrusted<Result>(
    dial: (proven: <End extends ProvenEnd>(end: End) => End) => Promise<Result>,
  ): Promise<Result> {
    let met: ProvenEnd | undefined;
    try {
      return await dial((end) => {
        met = end;
        return end;
      });
    } catch (thrown) {
      if (met && thrown instanceof LanpeerError && thrown.code === 'ERR_NOT_TRUSTED') {
        const { id, address } = met;
        this.notify((listener) => listener.untrusted?.({ id, address }));
      }
      throw thrown;
    }
  }

  error(error: LanpeerError): void {
    try {
      this.#listener?.error(error);
    } catch {
      // The listener got the error, and there is no other one.
    }
  }
}
