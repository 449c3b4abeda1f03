import type { Via } from '../../src/protocol/via.ts';
import type { CounterName } from './counters.ts';
import { wait } from './hooks.ts';
import { Hub } from './hub.ts';
import { type Counts, type Instruments, measure, type Workload } from './measurement.ts';

const connections = 20;

type Lists = Readonly<Record<'connecting' | 'idle' | 'messages', readonly CounterName[]>>;

const overTls: Lists = {
  connecting: [
    'TLS records',
    'TLS writes',
    'signalling messages',
    'records over TLS',
    'frames over TLS',
    'timers',
    'immediates',
    'machine events',
    'machine transitions',
  ],
  idle: ['TLS writes', 'records over TLS', 'frames over TLS', 'timers', 'immediates'],
  messages: ['TLS writes', 'records over TLS', 'frames over TLS', 'timers', 'immediates', 'machine events'],
};

const overWebRtc: Lists = {
  connecting: [
    ...overTls.connecting,
    'records over WebRTC',
    'STUN datagrams',
    'DTLS handshake datagrams',
    'DTLS data datagrams',
  ],
  idle: ['STUN datagrams', 'DTLS data datagrams', 'records over WebRTC', 'TLS writes', 'timers'],
  messages: ['DTLS data datagrams', 'records over WebRTC', 'timers', 'immediates', 'machine events'],
};

/** What connections, messages and requests between nodes of this process take, over real sockets of loopback. */
export async function measurePair(instruments: Instruments, via: Via): Promise<Counts> {
  const hub = new Hub(instruments, via, connections + 2);
  await hub.start();
  const [first, second, ...others] = hub.others;
  if (!first || !second) throw new Error('There are no nodes.');
  // What is loaded and compiled with the first ones is not counted.
  for (const one of [first, second]) await hub.connect(one);
  await wait(300);
  const { connecting, idle, messages } = via === 'tls' ? overTls : overWebRtc;
  let counts: Counts = {};
  const take = async (workload: Workload): Promise<void> => {
    counts = { ...counts, ...(await measure(instruments, workload)) };
  };
  await take(await hub.connecting(others, connecting));
  await take(hub.idling(others, idle));
  await Promise.all(others.map((one) => one.stop()));
  const isTls = via === 'tls';
  // Hundreds go in one record over TLS.
  const small = hub.sending(first, messages, 'x'.repeat(100), isTls ? 60_000 : 20_000);
  await small.run();
  await take(small);
  await take(hub.sending(first, messages, new Uint8Array(16_384), isTls ? 1_000 : 300));
  // WebRTC takes as long for a fifth of it.
  await take(hub.sending(first, messages, new Uint8Array(isTls ? 100_000_000 : 20_000_000), 1));
  const asking = hub.asking(first, messages, 1_000);
  await asking.run();
  await take(asking);
  return counts;
}
