import { limits } from '../../limits.ts';
import type { DatagramsExchanged, PeerFacts } from './facts.ts';

const { sizes, rounds } = limits.probes;

/** Undefined where they were not exchanged. */
export const exchanged = ({ datagrams }: PeerFacts): DatagramsExchanged | undefined =>
  datagrams && 'result' in datagrams ? datagrams.result : undefined;

const total = (heard: DatagramsExchanged['there']['heard']): number => heard.reduce((sum, [, count]) => sum + count, 0);

/** Which directions let datagrams through. */
export const passes = ({ there, back, knocks }: DatagramsExchanged) => ({
  there: total(there.heard) > 0,
  back: knocks + total(back.heard) > 0,
});

/** The largest that passed each way, 0 for none; a way that none passed at all tells nothing of sizes. */
export const largest = ({ there, back, knocks }: DatagramsExchanged) => ({
  there: Math.max(0, ...there.heard.map(([bytes]) => bytes)),
  back: Math.max(knocks > 0 ? sizes[0] : 0, ...back.heard.map(([bytes]) => bytes)),
});

/** What was counted, a line each. */
export function describe({ there, back, knocks }: DatagramsExchanged): readonly string[] {
  const each = (heard: DatagramsExchanged['there']['heard']): string =>
    sizes.map((bytes) => `${bytes} B ${heard.find(([size]) => size === bytes)?.[1] ?? 0}`).join(', ');
  return [
    `to the peer arrived, of ${rounds} each: ${each(there.heard)}`,
    `from the peer came back: ${each(back.heard)}; sent unasked ${rounds}, came ${knocks}`,
    ...(there.errno ? [`this machine could not send some: ${there.errno}`] : []),
    ...(back.errno ? [`the peer could not send some: ${back.errno}`] : []),
  ];
}
