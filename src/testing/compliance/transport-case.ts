import type { ComplianceCase } from './case.ts';
import { closePair, openPair, type TransportPair } from './transport-pair.ts';

/** Makes two fresh transports that can reach each other. */
export type MakeTransportPair = () => TransportPair;

export const record = (size: number, fill: number): Uint8Array => new Uint8Array(size).fill(fill);

/** A case over one open link, which is closed at the end. */
export function overLink(
  name: string,
  check: (pair: TransportPair, ends: Awaited<ReturnType<typeof openPair>>) => Promise<void>,
): ComplianceCase<MakeTransportPair> {
  return {
    name,
    async run(make) {
      const pair = make();
      const ends = await openPair(pair);
      try {
        await check(pair, ends);
      } finally {
        await closePair(ends);
      }
    },
  };
}
