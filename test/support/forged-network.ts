import { randomBytes } from 'node:crypto';
import { filter, firstValueFrom, timeout, timer } from 'rxjs';
import { expect } from 'vitest';
import { type LanpeerNode, makeNetworkKey } from '../../src/index.ts';
import { deviceIdOf } from '../../src/protocol/device-id.ts';
import { networkTag, parseNetworkKey } from '../../src/protocol/network-key.ts';
import { type Forger, openForger } from './forged-mdns.ts';
import { whenTestEnds } from './hooks.ts';
import { startMessageStream } from './message-stream.ts';
import { isUpgraded, makeNode, recordChanges } from './nodes.ts';

const forgers = new Set<Forger>();

whenTestEnds(() => {
  for (const forger of forgers) forger.close();
  forgers.clear();
});

/** Sends forged packets from that address until the test ends. */
export async function forge(source: string): Promise<Forger> {
  const forger = await openForger(source);
  forgers.add(forger);
  return forger;
}

export const inventedId = (): string => deviceIdOf(randomBytes(32));
/** An incarnation that is newer than that of each node. */
export const later = (): { readonly counter: number; readonly random: string } => ({
  counter: Date.now() + 1_000_000,
  random: randomBytes(8).toString('hex'),
});
export const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((a, b) => a + b, 0);
export const pause = (ms: number): Promise<unknown> => firstValueFrom(timer(ms));

/** A line of the dial log: an address that did not lead to the peer. */
interface Dialed {
  readonly id: string;
  readonly address: string;
  readonly code: string;
}

/** Members of one network on loopback, and their dial log. */
export function makeNetwork(networkKey = makeNetworkKey()) {
  const dialed: Dialed[] = [];
  const nothing = (): void => undefined;
  const logger = {
    debug: (fields: object) => void ('address' in fields && dialed.push(fields as Dialed)),
    info: nothing,
    warn: nothing,
    error: nothing,
  };
  return {
    dialed,
    tag: networkTag(parseNetworkKey(networkKey)),
    make: (name: string): LanpeerNode => makeNode({ name, access: { networkKey }, discovery: true, logger }),
  };
}

/** Nodes that are connected over WebRTC, two of them with messages flowing both ways; the third has the lowest id or the highest. */
export async function startTalkers({ networkKey, rank = 'lowest' }: { networkKey?: string; rank?: string } = {}) {
  const network = makeNetwork(networkKey);
  const nodes = ['one', 'other', 'third'].map(network.make);
  await Promise.all(nodes.map((node) => node.start()));
  await Promise.all(
    nodes.flatMap((node) => nodes.filter((each) => each !== node).map((each) => isUpgraded(node, each.id))),
  );
  const [third, one, other] = nodes.sort((a, b) => (a.id < b.id === (rank === 'lowest') ? -1 : 1));
  if (!one || !other || !third) throw new Error('three nodes were made');
  const changes = [
    { seen: recordChanges(one), peer: other.id },
    { seen: recordChanges(other), peer: one.id },
  ];
  const flows = [startMessageStream(one, other), startMessageStream(other, one)];
  return {
    ...network,
    one,
    other,
    third,
    /** The link is the same as ever, and every message came once and in order. */
    async expectUntouched() {
      // What comes of the attack must have had the time to show.
      await Promise.all(flows.map((flow) => flow.more(200)));
      expect(changes.flatMap(({ seen, peer }) => seen.filter(({ id }) => id === peer))).toEqual([]);
      for (const flow of flows) {
        const { sent, received, fates } = await flow.stop();
        expect(received).toEqual(sent);
        expect([...fates]).toEqual(['delivered']);
      }
    },
  };
}

/** The device of that id as the node hears of it next. */
export const nextDevice = (node: LanpeerNode, id: string, change?: string) =>
  firstValueFrom(
    node.deviceEvents$.pipe(
      filter((event) => event.device.id === id && (change === undefined || event.change === change)),
      timeout(5_000),
    ),
  );
