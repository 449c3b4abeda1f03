import { describe, expect, test } from 'vitest';
import { addFirewall, cutOff } from './support/firewall.ts';
import { addRoute } from './support/hosts.ts';
import { type Lab, lasting, long, seen, startAll, withLab } from './support/lab.ts';
import { type LabNode, meshed, told } from './support/lab-node.ts';
import { skipped } from './support/namespace.ts';
import { faultsOf } from './support/stream.ts';
import { startTraffic } from './support/traffic.ts';

const down = ['failed', 'closed'];

interface Figures {
  /** When each side noticed, in ms from the beginning of the fault. */
  readonly noticed: readonly [number, number];
  /** When both were connected again, in ms from its end. */
  readonly back: number;
  /** Attempts that began after its end, of the side with more of them. */
  readonly attempts: number;
}

/** Messages go both ways while something happens for a while to the network between two nodes. */
async function during(lab: Lab, seconds: number, fault: () => () => void): Promise<Figures> {
  const [a, b]: readonly [LabNode, LabNode, ...LabNode[]] = await startAll(lab);
  const traffic = startTraffic([a, b]);
  await traffic.reached(20);
  const began = Date.now();
  const heal = fault();
  await lasting(seconds * 1_000);
  const ended = Date.now();
  heal();
  const back = await meshed([a, b], ended);
  expect(faultsOf(await traffic.settle())).toEqual([]);
  const attempts = Math.max(...[a, b].map((node) => attemptsIn(node, ended, ended + back)));
  return { noticed: [await told(a, b, down, began), await told(b, a, down, began)], back, attempts };
}

const attemptsIn = ({ connections }: LabNode, since: number, until: number): number =>
  connections.filter(({ state, at }) => state === 'connecting' && Number(at) >= since && Number(at) <= until).length;

function report(what: string, { noticed, back }: Figures): void {
  seen(`${what}: noticed after ${noticed.join(' and ')} ms, connected ${back} ms after its end`);
}

// At the same time: they mostly wait, each in namespaces of its own.
describe.skipIf(skipped()).concurrent('two hosts, while messages go both ways', () => {
  test('a network that passes nothing in one direction is noticed on both sides', () =>
    withLab({ hosts: 2 }, async (lab) => {
      const [a, b] = lab.hosts;
      const figures = await during(lab, 15, () => addFirewall(b, { in: [`ip saddr ${a.addresses[0]} drop`] }));
      report('cut in one direction for 15 s', figures);
      const [heard, deaf] = figures.noticed;
      expect(deaf).toBeLessThan(9_500);
      // The other side is told that the link is gone, and tries one over the session for 5 s.
      expect(heard).toBeLessThan(12_500);
      // The dial that is under way has 2 s, then a back-off of 1 s at most: the attempt after that succeeds.
      expect(figures.attempts).toBeLessThan(3);
      expect(figures.back).toBeLessThan(8_000);
    }));

  test('a network that passes nothing is noticed, and what was accepted meanwhile arrives', () =>
    withLab({ hosts: 2 }, async (lab) => {
      const seconds = long ? 60 : 20;
      const figures = await during(lab, seconds, () => cutOff(lab.hosts[1]));
      report(`cut for ${seconds} s`, figures);
      expect(Math.max(...figures.noticed)).toBeLessThan(9_500);
      expect(figures.attempts).toBeLessThan(3);
      expect(figures.back).toBeLessThan(8_000);
    }));

  test('an interface that is down for 12 seconds', () =>
    withLab({ hosts: 2 }, async (lab) => {
      const host = lab.hosts[1];
      const set = (state: string) => host.run('ip', 'link', 'set', 'lan0', state);
      const figures = await during(lab, 12, () => {
        set('down');
        return () => {
          set('up');
          addRoute(host);
        };
      });
      report('interface down for 12 s', figures);
      expect(figures.back).toBeLessThan(5_000);
    }));

  test('when an address is replaced by another, takes over to a new link before the old one counts as lost', () =>
    withLab({ hosts: 2 }, async (lab) => {
      const host = lab.hosts[1];
      const nodes = await startAll(lab);
      const traffic = startTraffic(nodes);
      await traffic.reached(50);
      const changed = Date.now();
      host.run('ip', 'addr', 'del', `${host.addresses[0]}/24`, 'dev', 'lan0');
      host.run('ip', 'addr', 'add', '10.77.0.99/24', 'dev', 'lan0');
      addRoute(host);
      const replaced = await meshed(nodes, changed);
      seen(`address replaced: another link after ${replaced} ms`);
      expect(replaced).toBeLessThan(5_000);
      expect(faultsOf(await traffic.settle())).toEqual([]);
    }));
});
