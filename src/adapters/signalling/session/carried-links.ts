import { type Carrier, type CarrierListener, formatCarried, parseCarried } from '../../../protocol/carrier.ts';
import type { Wire } from './wire.ts';

/** The links that one session carries, by epoch. */
export interface Carriers {
  carry(epoch: number, listener: CarrierListener): Carrier;
  /** A binary frame came; one of a link that is not there is dropped. Throws `ERR_PROTOCOL`. */
  take(frame: Uint8Array): void;
  /** The session is over, and with it every link on it. */
  end(): void;
}

const nothing = new Uint8Array();

export function createCarriers(wire: Wire): Carriers {
  const listeners = new Map<number, CarrierListener>();

  return {
    carry(epoch, listener) {
      let buffered = 0;
      listeners.set(epoch, listener);
      const mine = (): boolean => listeners.get(epoch) === listener;
      return {
        send(record) {
          if (!mine()) return;
          const { byteLength } = record;
          buffered += byteLength;
          wire.sendBytes(formatCarried(epoch, record), () => {
            buffered -= byteLength;
            if (mine()) listener.left();
          });
        },
        get bufferedAmount() {
          return buffered;
        },
        close() {
          if (!mine()) return;
          listeners.delete(epoch);
          wire.sendBytes(formatCarried(epoch, nothing), () => undefined);
        },
      };
    },
    take(frame) {
      const { epoch, record } = parseCarried(frame);
      const listener = listeners.get(epoch);
      if (record.byteLength > 0) listener?.record(record);
      else if (listeners.delete(epoch)) listener?.closed();
    },
    end() {
      for (const [epoch, listener] of [...listeners]) if (listeners.delete(epoch)) listener.closed();
    },
  };
}
