import { describe, expect, test } from 'vitest';
import type { CliEvent } from '../../src/testing/cli-process.ts';
import { addFirewall } from './support/firewall.ts';
import type { Host } from './support/hosts.ts';
import { seen, withLab } from './support/lab.ts';
import { type LabNode, told } from './support/lab-node.ts';
import { skipped } from './support/namespace.ts';

/** No TCP comes in; what is dialed from here is counted. Returns what takes it away, and the connections that were begun. */
function noTcp(host: Host, how: string): { readonly lift: () => void; readonly begun: () => number } {
  const lift = addFirewall(host, {
    in: [`iifname != "lo" tcp flags & (syn | ack) == syn ${how}`],
    out: ['oifname != "lo" tcp flags & (syn | ack) == syn counter'],
  });
  const begun = (): number =>
    Number(/counter packets (\d+)/.exec(host.run('nft', 'list', 'table', 'inet', 'firewall'))?.[1] ?? Number.NaN);
  return { lift, begun };
}

/** A failure after which the next attempt is about a minute away. */
const isSlow = ({ event, state, next, at }: CliEvent): boolean =>
  event === 'connection' && state === 'failed' && Number(next) - Number(at) >= 45_000;

const attemptsOf = ({ connections }: LabNode): number =>
  connections.filter(({ state }) => state === 'connecting').length;

// Each waits more than a minute for the slow pace.
describe.skipIf(skipped())('two hosts between which mDNS passes and no TCP', { concurrent: true }, () => {
  test.each([
    ['dropped', 'drop'],
    ['rejected', 'reject with tcp reset'],
  ])('try ever less often, and meet at once when there is news: %s', (_, how) =>
    withLab({ hosts: 2 }, async (lab) => {
      const walls = lab.hosts.map((host) => noTcp(host, how));
      const [host, otherHost] = lab.hosts;
      const [node, other] = await Promise.all([lab.start(host), lab.start(otherHost)]);
      await Promise.all([node, other].map(({ cli }) => cli.waitFor('the slow pace', isSlow, { timeMs: 100_000 })));
      const begun = walls.map((one) => one.begun());
      seen(`TCP is blocked: ${attemptsOf(node)} and ${attemptsOf(other)} attempts, ${begun.join(' and ')} SYN`);
      // A SYN without an answer is sent once more before the dial ends, and the first attempt dials three times.
      for (const count of begun) expect(count).toBeLessThanOrEqual(36);
      for (const one of [node, other]) expect(attemptsOf(one)).toBeLessThanOrEqual(16);
      for (const { lift } of walls) lift();
      other.cli.kill('SIGKILL');
      await other.cli.exited;
      const since = Date.now();
      const again = await lab.start(otherHost);
      // How long a process takes to start is not the question.
      const started = Date.now() - since;
      expect((await told(node, again, ['connected'], since)) - started).toBeLessThan(3_000);
    }),
  );
});
