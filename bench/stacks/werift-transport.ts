import { weriftTransport } from '../../src/adapters/index.ts';
import type { TransportLink } from '../../src/adapters/transport/port.ts';
import { systemClock } from '../../src/environment.ts';
import type { Stack } from './stack.ts';

const transport = weriftTransport({ addresses: () => ['127.0.0.1'], iceServers: [], clock: systemClock });

function openPair(): Promise<readonly TransportLink[]> {
  return new Promise((resolve, reject) => {
    let open = 0;
    const links: TransportLink[] = ['offerer' as const, 'answerer' as const].map((role, index) =>
      transport.open({
        role,
        remoteAddress: '127.0.0.1',
        listener: {
          signal: (body) => queueMicrotask(() => links[1 - index]?.signal(structuredClone(body))),
          negotiated: () => undefined,
          open() {
            open += 1;
            if (open === 2) resolve(links);
          },
          record: () => undefined,
          drain: () => undefined,
          down: reject,
        },
      }),
    );
  });
}

/** A link of lanpeer's WebRTC transport alone, both ends in one process: no signalling, no seal. */
export const weriftTransportStack: Stack = {
  name: 'lanpeer, WebRTC link alone',
  base: 'plain werift',
  abilities: ['connect'],
  near: () =>
    Promise.resolve({
      async connect() {
        const begun = performance.now();
        const links = await openPair();
        const ms = performance.now() - begun;
        await Promise.all(links.map((link) => link.close()));
        return ms;
      },
    }),
  far: () => Promise.resolve(),
};
