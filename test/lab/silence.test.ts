import { afterEach, describe, expect, test } from 'vitest';
import { makeNetworkKey } from '../../src/index.ts';
import { type CliEvent, type CliProcess, startCli } from '../../src/testing/cli-process.ts';
import { addFirewall } from './support/firewall.ts';
import type { Host } from './support/hosts.ts';
import { withLab } from './support/lab.ts';
import { skipped } from './support/namespace.ts';

const running = new Set<CliProcess>();
const key = makeNetworkKey();

afterEach(async () => {
  for (const cli of running) cli.kill('SIGKILL');
  await Promise.all([...running].map((cli) => cli.exited));
  running.clear();
});

/** A node of one network, unless it has another key. */
async function start({ prefix, name }: Host, args: readonly string[] = [], networkKey = key): Promise<CliProcess> {
  const env = { ...process.env, LANPEER_KEY: networkKey };
  const cli = startCli(['run', '--json', '--ephemeral', '--name', name, ...args], { prefix, env });
  running.add(cli);
  await cli.waitFor('ready', ({ event }) => event === 'ready');
  return cli;
}

const notice = (cli: CliProcess, change: string, code: string): Promise<CliEvent> =>
  cli.waitFor(
    `${change} ${code}`,
    (event) => event.event === 'notice' && event['change'] === change && event['code'] === code,
    { timeMs: 40_000 },
  );

const connected = (cli: CliProcess): Promise<CliEvent> =>
  cli.waitFor('connected', ({ event, state }) => event === 'connection' && state === 'connected', { timeMs: 40_000 });

describe.skipIf(skipped())('what a node says of the network it is in', () => {
  test.each<readonly [string, readonly string[]]>([
    ['by default', []],
    ['that were chosen by name', ['--interface', 'lan0']],
    ['that were chosen by address', ['--interface', '10.77.0.1']],
  ])('no usable interface: it says so, and goes on when there is one: interfaces %s', (_, args) =>
    withLab({ hosts: 2 }, async ({ hosts: [first, second] }) => {
      first.run('ip', 'addr', 'flush', 'dev', 'lan0');
      const cli = await start(first, args);
      expect((await notice(cli, 'begun', 'ERR_NO_NETWORK'))['message']).toMatch(/lan0 \(wired\) has no IPv4 address/);
      const other = await start(second);
      first.run('ip', 'addr', 'add', '10.77.0.1/24', 'dev', 'lan0');
      await Promise.all([notice(cli, 'ended', 'ERR_NO_NETWORK'), connected(cli), connected(other)]);
      expect([...cli.events, ...other.events].filter(({ event }) => event === 'error')).toEqual([]);
    }),
  );

  test('an address that goes is said, and that it is back', () =>
    withLab({ hosts: 2 }, async ({ hosts: [first] }) => {
      const cli = await start(first, ['--interface', '10.77.0.1', '--interface', '127.0.0.1']);
      first.run('ip', 'addr', 'flush', 'dev', 'lan0');
      expect((await notice(cli, 'begun', 'ERR_INTERFACE_UNKNOWN'))['message']).toMatch(/waited for: 10\.77\.0\.1\./);
      first.run('ip', 'addr', 'add', '10.77.0.1/24', 'dev', 'lan0');
      await notice(cli, 'ended', 'ERR_INTERFACE_UNKNOWN');
    }));

  test('multicast that cannot leave is said with what to do, and that it leaves again', () =>
    withLab({ hosts: 2 }, async ({ hosts: [first] }) => {
      const open = addFirewall(first, { out: ['udp dport 5353 drop'] });
      const cli = await start(first);
      const begun = await notice(cli, 'begun', 'ERR_DISCOVERY');
      expect(begun['message']).toMatch(/^mDNS does not work on lan0 \(10\.77\.0\.1\): .*EPERM.*ufw allow out 5353/);
      open();
      await notice(cli, 'ended', 'ERR_DISCOVERY');
    }));

  test('devices of another network key are said', () =>
    withLab({ hosts: 2 }, async ({ hosts: [first, second] }) => {
      const [cli] = await Promise.all([start(first), start(second, [], makeNetworkKey())]);
      expect((await notice(cli, 'begun', 'ERR_NETWORK_KEY'))['message']).toMatch(/another network key.*: host2 \(/);
    }));

  test('a device that is heard and not reached by TCP is said, with its port', () =>
    withLab({ hosts: 2 }, async ({ hosts: [first, second] }) => {
      for (const host of [first, second]) addFirewall(host, { in: ['meta l4proto tcp drop'] });
      const [cli] = await Promise.all([start(first), start(second, ['--port', '41234'])]);
      const begun = await notice(cli, 'begun', 'ERR_UNREACHABLE');
      expect(begun['message']).toMatch(/host2 \(.* at 10\.77\.0\.2\)\. .*TCP port 41234/);
    }));

  test('addresses with /32 have no neighbours, which is said after a minute', () =>
    withLab({ hosts: 2 }, async ({ hosts }) => {
      for (const { run, addresses } of hosts) {
        run('ip', 'addr', 'flush', 'dev', 'lan0');
        run('ip', 'addr', 'add', `${addresses[0]}/32`, 'dev', 'lan0');
        run('ip', 'route', 'add', 'default', 'dev', 'lan0');
      }
      const nodes = await Promise.all(hosts.map((host) => start(host)));
      const told = await Promise.all(
        nodes.map((cli) => cli.waitFor('a notice', ({ event }) => event === 'notice', { timeMs: 90_000 })),
      );
      for (const { code, message } of told) expect(`${code}: ${message}`).toMatch(/^ERR_ALONE: .*\/32.* port \d+\)/);
    }));
});
