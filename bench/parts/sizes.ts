import { stackNamed } from '../stacks/index.ts';
import { floodFor } from '../support/floods.ts';
import type { Part, Row } from '../support/part.ts';
import { stackSubjects } from '../support/stack-subjects.ts';

const messageSizes = [100, 1_024, 4_096, 16_384, 61_440, 262_144, 1_048_576, 8_388_608] as const;

const title = (bytes: number): string =>
  bytes >= 1_048_576 ? `${bytes / 1_048_576} MiB` : bytes >= 1_024 ? `${bytes / 1_024} KiB` : `${bytes} B`;

export const sizes: Part = {
  name: 'sizes',
  title: 'Throughput and processor time by the size of messages',
  underLoss: false,
  limitSeconds: 300,
  rows: messageSizes.flatMap((bytes): readonly Row[] => [
    { key: `${bytes}`, title: title(bytes), unit: 'MB/s', better: 'more' },
    { key: `${bytes}.cpu`, title: `CPU of both ends, ${title(bytes)}`, unit: 'µs a message', better: 'less' },
  ]),
  subjects: ({ quick }) =>
    stackSubjects(
      ['plain werift', 'lanpeer, webrtc', 'plain ws over TLS', 'lanpeer, tls', 'js-libp2p over TCP'].map(stackNamed),
      async (driver, add, { largest = Number.POSITIVE_INFINITY }) => {
        for (const bytes of messageSizes.filter((size) => size <= largest)) {
          const { count, seconds, nearMs, farMs } = await floodFor(driver, bytes, quick ? 0.1 : 0.4);
          add(`${bytes}`, (bytes * count) / 1e6 / seconds);
          add(`${bytes}.cpu`, ((nearMs + farMs) * 1_000) / count);
        }
      },
    ),
};
