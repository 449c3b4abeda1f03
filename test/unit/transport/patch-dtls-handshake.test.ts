import { describe, expect, it } from 'vitest';
import type { DtlsSocket, Handshake } from '../../../src/adapters/transport/werift/internals.ts';
import { orderHandshakeMessages } from '../../../src/adapters/transport/werift/patch-dtls-handshake.ts';
import { limits } from '../../../src/limits.ts';

const { handshakeAhead } = limits.webrtc;
const server = 2;
const client = 1;
const message = (message_seq: number, msg_type = 11): Handshake => ({ msg_type, message_seq });

function createSocket(sessionType: number, state: { connected?: boolean; flight?: number } = {}) {
  const handled: number[] = [];
  const socket = {
    sessionType,
    connected: false,
    dtls: { flight: state.flight ?? 0 },
    onHandleHandshakes: async (messages: Handshake[]) => void handled.push(...messages.map((one) => one.message_seq)),
  };
  if (state.connected) socket.connected = true;
  orderHandshakeMessages(socket as unknown as DtlsSocket);
  return { socket, handled };
}

describe('orderHandshakeMessages', () => {
  it('delivers each message once and in order, whatever the order and number of arrivals', async () => {
    const { socket, handled } = createSocket(client);
    for (const no of [2, 0, 0, 3, 2, 1, 1, 5, 4]) await socket.onHandleHandshakes([message(no)]);
    expect(handled).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('keeps no message that is further ahead than the cap', async () => {
    const { socket, handled } = createSocket(client);
    await socket.onHandleHandshakes([message(handshakeAhead)]);
    for (let no = 0; no < handshakeAhead; no += 1) await socket.onHandleHandshakes([message(no)]);
    expect(handled).not.toContain(handshakeAhead);
    await socket.onHandleHandshakes([message(handshakeAhead)]);
    expect(handled).toContain(handshakeAhead);
  });

  it('when a client repeats its hello, or its Finished, delivers it again: the server repeats its last flight', async () => {
    const { socket, handled } = createSocket(server, { flight: 6 });
    await socket.onHandleHandshakes([message(0, 1)]);
    await socket.onHandleHandshakes([message(0, 1)]);
    expect(handled).toEqual([0, 0]);
    await socket.onHandleHandshakes([message(1, 20)]);
    await socket.onHandleHandshakes([message(1, 20)]);
    expect(handled).toEqual([0, 0, 1, 1]);
    await socket.onHandleHandshakes([message(0, 1)]);
    expect(handled).toHaveLength(4);
  });

  it('when the connection is up, delivers nothing new', async () => {
    const { socket, handled } = createSocket(server, { connected: true });
    await socket.onHandleHandshakes([message(0, 1)]);
    expect(handled).toEqual([]);
  });

  it('delivers the next message without waiting for the one before', () => {
    const begun: number[] = [];
    const socket = {
      sessionType: client,
      connected: false,
      dtls: { flight: 0 },
      onHandleHandshakes: (messages: Handshake[]) => {
        begun.push(...messages.map((one) => one.message_seq));
        return new Promise<void>(() => undefined);
      },
    };
    orderHandshakeMessages(socket as unknown as DtlsSocket);
    void socket.onHandleHandshakes([message(0), message(1)]);
    expect(begun).toEqual([0, 1]);
  });
});
