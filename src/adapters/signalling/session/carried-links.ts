import { type Carrier, type CarrierListener, formatCarried, parseCarried } from '../../../protocol/carrier.ts';
import type { Wire } from './wire.ts';

/** The links whose records one session carries, by epoch. */
export interface CarriedLinks {
  carry(epoch: number, listener: CarrierListener): Carrier;
  /** A binary message came; one of a link that is not there is dropped. Throws `ERR_PROTOCOL`. */
  receive(message: Uint8Array): void;
  /** The session is over, and with it every link on it. */
  end(): void;
}

const noRecord = new Uint8Array();

export function createCarriedLinks(wire: Wire): CarriedLinks {
  const listeners = new Map<number, CarrierListener>();

  return {
    carry(epoch, listener) {
      let buffered = 0;
      listeners.set(epoch, listener);
      const isCarried = (): boolean => listeners.get(epoch) === listener;
      return {
        send(record) {
          if (!isCarried()) return;
          const { byteLength } = record;
          buffered += byteLength;
          wire.sendBytes(formatCarried(epoch, record), () => {
            buffered -= byteLength;
            if (isCarried()) listener.left();
          });
        },
        get bufferedAmount() {
          return buffered;
        },
        close() {
          if (!isCarried()) return;
          listeners.delete(epoch);
          wire.sendBytes(formatCarried(epoch, noRecord), () => undefined);
        },
      };
    },
    receive(message) {
      const { epoch, record } = parseCarried(message);
      const listener = listeners.get(epoch);
      if (record.byteLength > 0) listener?.record(record);
      else if (listeners.delete(epoch)) listener?.closed();
    },
    end() {
      for (const [epoch, listener] of [...listeners]) if (listeners.delete(epoch)) listener.closed();
    },
  };
}
