import { limits } from '../../../limits.ts';
import type { Sctp } from './internals.ts';

const { windowBytes } = limits.webrtc;

/** Keeps the congestion window under `limits.webrtc.windowBytes`: steadier, and a small record waits less. */
export function capCongestionWindow(sctp: Sctp): void {
  let cwnd = sctp.cwnd;
  Object.defineProperty(sctp, 'cwnd', {
    configurable: true,
    enumerable: true,
    get: () => cwnd,
    set(value: number) {
      cwnd = Math.min(value, windowBytes);
    },
  });
}
