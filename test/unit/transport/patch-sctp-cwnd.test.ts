import { describe, expect, it } from 'vitest';
import type { Sctp } from '../../../src/adapters/transport/werift/internals.ts';
import { capCongestionWindow } from '../../../src/adapters/transport/werift/patch-sctp-cwnd.ts';
import { limits } from '../../../src/limits.ts';

const { windowBytes } = limits.webrtc;

describe('capCongestionWindow', () => {
  it('keeps the congestion window under its cap', () => {
    const sctp = { cwnd: 4_000 } as Sctp;
    capCongestionWindow(sctp);
    expect(sctp.cwnd).toBe(4_000);
    sctp.cwnd += windowBytes;
    expect(sctp.cwnd).toBe(windowBytes);
    sctp.cwnd = 10;
    expect(sctp.cwnd).toBe(10);
  });
});
