import { describe, expect, it } from 'vitest';
import type { DtlsTransport } from '../../../src/adapters/transport/werift/internals.ts';
import { startDtlsAtOnce } from '../../../src/adapters/transport/werift/patch-dtls-start.ts';
import { limits } from '../../../src/limits.ts';

const { earlyDatagrams } = limits.webrtc;

/** A transport whose DTLS socket appears when it starts. */
function createTransport() {
  const steps: string[] = [];
  let receive = (_: Buffer): void => undefined;
  const socket = {
    transport: { socket: { onData: (datagram: Buffer) => void steps.push(`data ${datagram[1]}`) } },
    connect: async () => void steps.push('hello'),
  };
  const transport = {
    dtls: undefined as unknown,
    iceTransport: {
      connection: {
        onData: {
          subscribe(listener: (datagram: Buffer) => void) {
            receive = listener;
            return { unSubscribe: () => void steps.push('unsubscribed') };
          },
        },
      },
    },
    start: async (): Promise<void> => {
      transport.dtls = socket;
    },
  };
  startDtlsAtOnce(transport as unknown as DtlsTransport, () => void steps.push('prepared'));
  return { transport, socket, steps, receive: (datagram: Buffer) => receive(datagram) };
}

describe('startDtlsAtOnce', () => {
  it('prepares the socket and sends the hello before start() returns, and once', () => {
    const { transport, socket, steps } = createTransport();
    void transport.start();
    expect(steps).toEqual(['unsubscribed', 'prepared', 'hello']);
    void socket.connect();
    expect(steps).toHaveLength(3);
  });

  it('keeps DTLS datagrams that come before the start, as many as the cap and no others', () => {
    const { transport, steps, receive } = createTransport();
    receive(Buffer.of(1, 99));
    receive(Buffer.of(64, 99));
    for (let no = 0; no < earlyDatagrams + 5; no += 1) receive(Buffer.of(22, no));
    void transport.start();
    const expected = Array.from({ length: earlyDatagrams }, (_, no) => `data ${no}`);
    expect(steps.filter((step) => step.startsWith('data'))).toEqual(expected);
  });
});
