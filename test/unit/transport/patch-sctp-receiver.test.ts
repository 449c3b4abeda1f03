import { describe, expect, it } from 'vitest';
import type { Sctp } from '../../../src/adapters/transport/werift/internals.ts';
import { replaceReceiver } from '../../../src/adapters/transport/werift/patch-sctp-receiver.ts';
import { limits } from '../../../src/limits.ts';

const { chunksAhead, overrunBytes } = limits.webrtc;

describe('replaceReceiver', () => {
  function receiving(state: { advertisedRwnd?: number; chunks?: number } = {}) {
    let overruns = 0;
    const handled: Buffer[] = [];
    const transport: { onData?: (datagram: Buffer) => void } = {};
    const sctp = {
      advertisedRwnd: state.advertisedRwnd ?? 0,
      sackMisOrdered: new Set(Array.from({ length: state.chunks ?? 0 }, (_, no) => no)),
      onReceive: { allUnsubscribe: () => undefined, subscribe: () => undefined },
      handleData: async (datagram: Buffer) => void handled.push(datagram),
      transport,
    };
    replaceReceiver(sctp as unknown as Sctp, {
      stream: 0,
      onRecord: () => undefined,
      onOverrun: () => {
        overruns += 1;
      },
    });
    transport.onData?.(Buffer.alloc(1));
    return { overruns, handled: handled.length };
  }

  it.each([
    ['in the window', {}, { overruns: 0, handled: 1 }],
    ['at the cap of bytes', { advertisedRwnd: -overrunBytes }, { overruns: 0, handled: 1 }],
    ['over the cap of bytes', { advertisedRwnd: -overrunBytes - 1 }, { overruns: 1, handled: 0 }],
    ['at the cap of chunks', { chunks: chunksAhead }, { overruns: 0, handled: 1 }],
    ['over the cap of chunks', { chunks: chunksAhead + 1 }, { overruns: 1, handled: 0 }],
  ])('when the peer is %s, handles the datagram or reports an overrun', (_, state, expected) => {
    expect(receiving(state)).toEqual(expected);
  });
});
