import type { DeviceId } from '../../protocol/device-id.ts';
import { onAbort } from '../../util/abort.ts';
import type { Endpoint } from './endpoint.ts';

/** Dials without an id, by address: concurrent callers share one. */
export interface SharedDials {
  /**
   * Resolves with the id of the device. Rejects with the reason of the signal once that is aborted; the dial itself
   * goes on until no caller waits for it.
   */
  join(target: Endpoint, signal: AbortSignal): Promise<DeviceId>;
}

export interface SharedDialsDeps {
  /** The device that is there; the session is taken up as any other, unless the signal was aborted before. */
  readonly dial: (target: Endpoint, signal: AbortSignal) => Promise<DeviceId>;
  /** A dial led to that peer, and no caller waits for it any more. */
  readonly unwanted: (id: DeviceId) => void;
}

interface Dial {
  readonly found: Promise<DeviceId>;
  readonly controller: AbortController;
  callers: number;
}

export function createSharedDials({ dial, unwanted }: SharedDialsDeps): SharedDials {
  const dials = new Map<string, Dial>();

  function begin(key: string, target: Endpoint): Dial {
    const controller = new AbortController();
    const found = dial(target, controller.signal);
    const begun: Dial = { found, controller, callers: 0 };
    dials.set(key, begun);
    const over = (): void => {
      if (dials.get(key) === begun) dials.delete(key);
    };
    found.then(over, over);
    return begun;
  }

  return {
    join({ address, port }, signal) {
      const key = `${address} ${port}`;
      const shared = dials.get(key) ?? begin(key, { address, port });
      shared.callers += 1;
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          shared.callers -= 1;
          if (shared.callers === 0) {
            if (dials.get(key) === shared) dials.delete(key);
            shared.controller.abort();
            // It may have come to its end in this very moment.
            shared.found.then(unwanted, () => undefined);
          }
          reject(signal.reason);
        };
        void shared.found.then(resolve, reject).finally(onAbort(signal, leave));
      });
    },
  };
}
