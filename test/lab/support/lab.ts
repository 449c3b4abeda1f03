import { setTimeout as pause } from 'node:timers/promises';
import { type Lan, makeLan, type TwoOrMore } from './hosts.ts';
import { type Fleet, type LabNode, makeFleet, upgraded } from './lab-node.ts';

/** Hosts on a network and what runs there. */
export interface Lab extends Lan, Fleet {}

/** Runs that with new hosts, and takes everything away after it. */
export async function withLab(
  { hosts, networks = 1 }: { readonly hosts: number; readonly networks?: number },
  use: (lab: Lab) => Promise<void>,
): Promise<void> {
  const lan = makeLan(hosts, networks);
  const fleet = makeFleet();
  try {
    await use({ ...lan, ...fleet });
  } finally {
    await fleet.end();
    lan.remove();
  }
}

/** One node on each host, all connected, and over WebRTC: a fault strikes what is there, not what is being set up. */
export async function startAll(lab: Lab): Promise<TwoOrMore<LabNode>> {
  const [first, second, ...others] = lab.hosts;
  const [a, b, ...more] = await Promise.all([
    lab.start(first),
    lab.start(second),
    ...others.map((host) => lab.start(host)),
  ]);
  const nodes = [a, b, ...more] as const;
  await upgraded(nodes, 0);
  return nodes;
}

/** How long a fault lasts. */
export const lasting = (ms: number): Promise<void> => pause(ms);

/** True if scenarios may take minutes. */
export const long = process.env['LANPEER_LAB_LONG'] === '1';

/** A figure that was seen; the tests only assert that it is not too large. */
export const seen = (what: string): void => void process.stdout.write(`lab: ${what}\n`);
