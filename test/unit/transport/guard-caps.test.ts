import { describe, expect, it } from 'vitest';
import { capFragments, handleInOrder } from '../../../src/adapters/transport/werift/guard-handshake.ts';
import { capAcknowledgements, capWindow, receiveOnly } from '../../../src/adapters/transport/werift/guard-sctp.ts';
import { startAtOnce } from '../../../src/adapters/transport/werift/guard-start.ts';
import type { DtlsSocket, DtlsTransport, Handshake, Sctp } from '../../../src/adapters/transport/werift/internals.ts';
import { limits } from '../../../src/limits.ts';

const caps = limits.webrtc;
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
  handleInOrder(socket as unknown as DtlsSocket);
  return { socket, handled };
}

describe('handleInOrder', () => {
  it('hands each message over once and in order, whatever the order and number of arrivals', async () => {
    const { socket, handled } = createSocket(client);
    for (const no of [2, 0, 0, 3, 2, 1, 1, 5, 4]) await socket.onHandleHandshakes([message(no)]);
    expect(handled).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('keeps no message that is further ahead than the cap', async () => {
    const { socket, handled } = createSocket(client);
    await socket.onHandleHandshakes([message(caps.handshakeAhead)]);
    for (let no = 0; no < caps.handshakeAhead; no += 1) await socket.onHandleHandshakes([message(no)]);
    expect(handled).not.toContain(caps.handshakeAhead);
    await socket.onHandleHandshakes([message(caps.handshakeAhead)]);
    expect(handled).toContain(caps.handshakeAhead);
  });

  it('lets a client ask again for the last flight of a server: its hello, and its Finished once that was answered', async () => {
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

  it('takes nothing new when the connection is up', async () => {
    const { socket, handled } = createSocket(server, { connected: true });
    await socket.onHandleHandshakes([message(0, 1)]);
    expect(handled).toEqual([]);
  });

  it('does not wait for one message before it hands over the next', () => {
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
    handleInOrder(socket as unknown as DtlsSocket);
    void socket.onHandleHandshakes([message(0), message(1)]);
    expect(begun).toEqual([0, 1]);
  });
});

describe('capFragments', () => {
  it('drops the oldest fragments over the cap', () => {
    const fragments = Array.from({ length: caps.handshakeFragments + 5 }, (_, no) => message(no));
    const taken: Buffer[] = [];
    const socket = {
      bufferFragmentedHandshakes: [...fragments],
      transport: { socket: { onData: (datagram: Buffer) => void taken.push(datagram) } },
    };
    capFragments(socket as unknown as DtlsSocket);
    socket.transport.socket.onData(Buffer.of(22));
    expect(socket.bufferFragmentedHandshakes).toEqual(fragments.slice(5));
    expect(taken).toHaveLength(1);
  });
});

/** A transport whose DTLS socket appears when it starts. */
function createTransport() {
  const steps: string[] = [];
  let hear = (_: Buffer): void => undefined;
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
            hear = listener;
            return { unSubscribe: () => void steps.push('unsubscribed') };
          },
        },
      },
    },
    start: async (): Promise<void> => {
      transport.dtls = socket;
    },
  };
  startAtOnce(transport as unknown as DtlsTransport, () => void steps.push('prepared'));
  return { transport, socket, steps, hear: (datagram: Buffer) => hear(datagram) };
}

describe('startAtOnce', () => {
  it('prepares the socket and greets before start() returns, and once', () => {
    const { transport, socket, steps } = createTransport();
    void transport.start();
    expect(steps).toEqual(['unsubscribed', 'prepared', 'hello']);
    void socket.connect();
    expect(steps).toHaveLength(3);
  });

  it('keeps DTLS datagrams that come before, as many as the cap and no others', () => {
    const { transport, steps, hear } = createTransport();
    hear(Buffer.of(1, 99));
    hear(Buffer.of(64, 99));
    for (let no = 0; no < caps.earlyDatagrams + 5; no += 1) hear(Buffer.of(22, no));
    void transport.start();
    const expected = Array.from({ length: caps.earlyDatagrams }, (_, no) => `data ${no}`);
    expect(steps.filter((step) => step.startsWith('data'))).toEqual(expected);
  });
});

describe('caps of an SCTP association', () => {
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
    receiveOnly(sctp as unknown as Sctp, {
      stream: 0,
      record: () => undefined,
      overrun: () => {
        overruns += 1;
      },
    });
    transport.onData?.(Buffer.alloc(1));
    return { overruns, handled: handled.length };
  }

  it.each([
    ['in the window', {}, { overruns: 0, handled: 1 }],
    ['at the cap of bytes', { advertisedRwnd: -caps.overrunBytes }, { overruns: 0, handled: 1 }],
    ['over the cap of bytes', { advertisedRwnd: -caps.overrunBytes - 1 }, { overruns: 1, handled: 0 }],
    ['at the cap of chunks', { chunks: caps.chunksAhead }, { overruns: 0, handled: 1 }],
    ['over the cap of chunks', { chunks: caps.chunksAhead + 1 }, { overruns: 1, handled: 0 }],
  ])('%s', (_, state, expected) => {
    expect(receiving(state)).toEqual(expected);
  });

  it('drops acknowledgements with too many or too wide blocks', async () => {
    let received = 0;
    const sctp: Pick<Sctp, 'receiveSackChunk'> = {
      receiveSackChunk: async () => {
        received += 1;
      },
    };
    capAcknowledgements(sctp as Sctp);
    const blocks = (length: number, end: number) => Array.from({ length }, (): readonly [number, number] => [1, end]);
    await sctp.receiveSackChunk({ gaps: blocks(caps.ackBlocks, caps.chunksAhead) });
    expect(received).toBe(1);
    await sctp.receiveSackChunk({ gaps: blocks(caps.ackBlocks + 1, 1) });
    await sctp.receiveSackChunk({ gaps: blocks(1, caps.chunksAhead + 1) });
    expect(received).toBe(1);
  });

  it('keeps the congestion window under its cap', () => {
    const sctp = { cwnd: 4_000 } as Sctp;
    capWindow(sctp);
    expect(sctp.cwnd).toBe(4_000);
    sctp.cwnd += caps.windowBytes;
    expect(sctp.cwnd).toBe(caps.windowBytes);
    sctp.cwnd = 10;
    expect(sctp.cwnd).toBe(10);
  });
});
