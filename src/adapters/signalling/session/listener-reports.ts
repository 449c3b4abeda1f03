import { asLanpeerError, type LanpeerError } from '../../../errors.ts';
import type { Refusal, SignallingListener } from '../port.ts';

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

  error(error: LanpeerError): void {
    try {
      this.#listener?.error(error);
    } catch {
      // The listener got the error, and there is no other one.
    }
  }
}
