import { describe, expect, it } from 'vitest';
import type { DtlsSocket, Handshake } from '../../../src/adapters/transport/werift/internals.ts';
import { capHandshakeFragments } from '../../../src/adapters/transport/werift/patch-dtls-fragments.ts';
import { limits } from '../../../src/limits.ts';

const { handshakeFragments } = limits.webrtc;
const message = (message_seq: number): Handshake => ({ msg_type: 11, message_seq });

describe('capHandshakeFragments', () => {
  it('drops the oldest fragments over the cap', () => {
    const fragments = Array.from({ length: handshakeFragments + 5 }, (_, no) => message(no));
    const received: Buffer[] = [];
    const socket = {
      bufferFragmentedHandshakes: [...fragments],
      transport: { socket: { onData: (datagram: Buffer) => void received.push(datagram) } },
    };
    capHandshakeFragments(socket as unknown as DtlsSocket);
    socket.transport.socket.onData(Buffer.of(22));
    expect(socket.bufferFragmentedHandshakes).toEqual(fragments.slice(5));
    expect(received).toHaveLength(1);
  });
});
