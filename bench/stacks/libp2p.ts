import { once } from 'node:events';
import type { Rpc } from '../support/rpc.ts';
import { load } from './optional.ts';
import { type Counter, counted, echoed, type Link, type NearEnd, type Stack } from './stack.ts';

interface Stream extends EventTarget {
  /** False when the program has to wait for the event `drain`. */
  send(bytes: Uint8Array): boolean;
}

interface Bytes {
  readonly byteLength: number;
  subarray(): Uint8Array;
}

interface Connection {
  newStream(protocol: string): Promise<Stream>;
  close(): Promise<void>;
}

interface Libp2p extends EventTarget {
  dial(address: unknown): Promise<Connection>;
  handle(protocol: string, handler: (stream: Stream) => void): Promise<void>;
  getMultiaddrs(): readonly { toString(): string }[];
}

type Factory = () => unknown;

const bytesOf = (event: Event): Bytes => (event as Event & { readonly data: Bytes }).data;

async function createPeer(): Promise<Libp2p> {
  const { createLibp2p } = await load<{ createLibp2p(options: object): Promise<Libp2p> }>('libp2p');
  const { tcp } = await load<{ tcp: Factory }>('@libp2p/tcp');
  const { noise } = await load<{ noise: Factory }>('@chainsafe/libp2p-noise');
  const { yamux } = await load<{ yamux: Factory }>('@chainsafe/libp2p-yamux');
  const { identify } = await load<{ identify: Factory }>('@libp2p/identify');
  return createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify() },
    connectionManager: { inboundConnectionThreshold: 1_000, maxIncomingPendingConnections: 1_000 },
  });
}

async function dial(peer: Libp2p, address: unknown): Promise<Connection> {
  const { multiaddr } = await load<{ multiaddr(text: string): unknown }>('@multiformats/multiaddr');
  return peer.dial(multiaddr(String(address)));
}

async function linkOf(peer: Libp2p, connection: Connection): Promise<Link> {
  const counting = await connection.newStream('/bench/count');
  const echoing = await connection.newStream('/bench/echo');
  let missing = 0;
  let answered: () => void = () => undefined;
  // A byte stream: an answer may come in parts.
  echoing.addEventListener('message', (event) => {
    missing -= bytesOf(event).byteLength;
    if (missing === 0) answered();
  });
  return {
    sender(bytes) {
      const message = counted(bytes);
      return () => (counting.send(message) ? undefined : once(counting, 'drain'));
    },
    ping: () =>
      new Promise<void>((resolve) => {
        answered = resolve;
        missing = 100;
        echoing.send(echoed());
      }),
    gone: once(peer, 'connection:close'),
  };
}

async function near(rpc: Rpc): Promise<NearEnd> {
  const address = await rpc.next('address');
  const peer = await createPeer();
  return {
    async connect() {
      const begun = performance.now();
      const connection = await dial(peer, address);
      const ms = performance.now() - begun;
      await connection.close();
      return ms;
    },
    open: async () => linkOf(peer, await dial(peer, address)),
    async hold(count) {
      rpc.send('hold', { count, to: peer.getMultiaddrs()[0]?.toString() });
      await rpc.next('held');
    },
  };
}

async function far(rpc: Rpc, counter: Counter): Promise<void> {
  const peer = await createPeer();
  await peer.handle('/bench/count', (stream) =>
    stream.addEventListener('message', (event) => counter.bytes(bytesOf(event).byteLength)),
  );
  await peer.handle('/bench/echo', (stream) =>
    stream.addEventListener('message', (event) => stream.send(bytesOf(event).subarray())),
  );
  const kept: unknown[] = [];
  rpc.on('hold', (value) => {
    const { count, to } = value as { readonly count: number; readonly to: string };
    void (async () => {
      for (let held = 0; held < count; held += 1) kept.push(await dial(await createPeer(), to));
      rpc.send('held');
    })();
  });
  rpc.send('address', peer.getMultiaddrs()[0]?.toString());
}

/** js-libp2p over TCP, Noise and Yamux, on loopback, without discovery: a byte stream, no message framing. */
export const libp2pStack: Stack = {
  name: 'js-libp2p over TCP',
  abilities: ['connect', 'messages', 'hold', 'notice'],
  near,
  far,
};
