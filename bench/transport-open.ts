// Opening a WebRTC link, both ends in this process, descriptions handed over directly: no signalling, no seal.
//   node bench/transport-open.ts [--runs 300]
import { weriftTransport } from '../src/adapters/index.ts';
import type { TransportLink } from '../src/adapters/transport/port.ts';
import { systemClock } from '../src/environment.ts';
import { numberOption, summary } from './support/statistics.ts';

const runs = numberOption('runs', 300);
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

const times: number[] = [];
for (let run = 0; run < runs; run += 1) {
  const begun = performance.now();
  const links = await openPair();
  times.push(performance.now() - begun);
  await Promise.all(links.map((link) => link.close()));
}
console.log(summary('open, both ends', times));
