import { createNode, type LanpeerNode, makeNetworkKey } from '../../src/index.ts';
import { breakOneSession, wait } from './hooks.ts';
import { type Counts, type Instruments, measure } from './measurement.ts';

const size = 10;

/** Resolves when the node is connected to all others over WebRTC. */
function isWhole(node: LanpeerNode): Promise<void> {
  return new Promise((resolve) => {
    const subscription = node.peers$.subscribe((peers) => {
      if (peers.size < size - 1 || [...peers.values()].some(({ via }) => via !== 'webrtc')) return;
      queueMicrotask(() => subscription.unsubscribe());
      resolve();
    });
  });
}

/** Ten nodes in this process that find each other by mDNS, until every connection is over WebRTC. */
export async function measureMesh(instruments: Instruments): Promise<Counts> {
  const { counters, machines } = instruments;
  const access = { networkKey: makeNetworkKey() };
  const { inspect } = machines;
  const nodes = Array.from({ length: size }, (_, at) =>
    createNode({ name: `node ${at}`, access, interfaces: ['127.0.0.1'], inspect }),
  );
  let lost = 0;
  for (const node of nodes)
    node.connections$.subscribe(({ state, previous, reason }) => {
      if (previous === 'connected' && (state !== 'connected' || reason === 'fallback')) lost += 1;
      // A planted regression: the signalling session breaks, and the link over it.
      if (counters.planted && state === 'connected' && previous !== 'connected') breakOneSession();
    });
  const counts = await measure(instruments, {
    unit: 'connection of a mesh of 10',
    units: (size * (size - 1)) / 2,
    counters: ['DTLS handshake datagrams'],
    allocates: false,
    run: async () => {
      await Promise.all(nodes.map((node) => node.start()));
      await Promise.all(nodes.map(isWhole));
      await wait(500);
    },
  });
  return { ...counts, 'links lost in a mesh of 10': lost };
}
