import { limits } from '../../../limits.ts';
import {
  type Carrier,
  type CarrierListener,
  carrierHeader,
  formatCarried,
  parseCarried,
  writeCarried,
} from '../../../protocol/carrier.ts';
import { acquireFrame, releaseFrame } from './frame-pool.ts';
import type { Wire } from './wire.ts';

/** The links whose records one session carries, by generation. */
export interface CarriedLinks {
  carry(generation: number, listener: CarrierListener): Carrier;
  /**
   * A binary message came; one of a link that is not there is dropped. False for one of a channel that this version does not
   * know. Throws `ERR_PROTOCOL`.
   */
  receive(message: Uint8Array): boolean;
  /** The session is over, and with it every link on it. */
  end(): void;
}

const noRecord = new Uint8Array();

export function createCarriedLinks(wire: Wire): CarriedLinks {
  const listeners = new Map<number, CarrierListener>();

  return {
    carry(generation, listener) {
      let buffered = 0;
      listeners.set(generation, listener);
      const isCarried = (): boolean => listeners.get(generation) === listener;
      return {
        send(record) {
          if (!isCarried()) return;
          const held = Math.max(record.byteLength, limits.tls.heldBytes);
          buffered += held;
          const frame = acquireFrame(carrierHeader + record.byteLength);
          writeCarried(frame, { generation, record });
          wire.sendBytes(frame, () => {
            releaseFrame(frame);
            buffered -= held;
            if (isCarried()) listener.left();
          });
        },
        get bufferedAmount() {
          return buffered;
        },
        close() {
          if (!isCarried()) return;
          listeners.delete(generation);
          wire.sendBytes(formatCarried({ generation, record: noRecord }), () => undefined);
        },
      };
    },
    receive(message) {
      const carried = parseCarried(message);
      if (!carried) return false;
      const { generation, record } = carried;
      const listener = listeners.get(generation);
      if (record.byteLength > 0) listener?.record(record);
      else if (listeners.delete(generation)) listener?.closed();
      return true;
    },
    end() {
      for (const [generation, listener] of [...listeners]) if (listeners.delete(generation)) listener.closed();
    },
  };
}
