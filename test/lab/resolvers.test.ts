import { describe, expect, test } from 'vitest';
import { serviceType } from '../../src/adapters/discovery/advertisements.ts';
import { missingAvahi, startAvahi } from './support/avahi.ts';
import { addRoute, type Host } from './support/hosts.ts';
import { seen, withLab } from './support/lab.ts';
import { skipped, works } from './support/namespace.ts';
import { missingResolved, startResolved } from './support/resolved.ts';
import { missingZeroconf, startZeroconf } from './support/zeroconf.ts';

/** A resolver that looks for a device: every `address:port` that it would be reached by. */
interface Observer {
  look(id: string, address: string): readonly string[] | Promise<readonly string[]>;
  stop(): Promise<void>;
}

const missingDig = (): string | undefined => (works('dig', ['-v']) ? undefined : 'bind9-dnsutils is not installed');
const hostOf = (id: string): string => `lanpeer-${id.slice(0, 16)}.local`;
const cross = (addresses: readonly string[], ports: readonly string[]): string[] =>
  addresses.flatMap((address) => ports.map((port) => `${address}:${port}`));

async function avahi(host: Host): Promise<Observer> {
  const daemon = await startAvahi(host);
  return {
    look: (id) =>
      daemon
        .resolved(serviceType.replace('.local', ''))
        .filter(({ name }) => name === id)
        .map(({ address, port }) => `${address}:${port}`),
    stop: daemon.stop,
  };
}

async function zeroconf(host: Host): Promise<Observer> {
  const program = await startZeroconf(host, `${serviceType}.`);
  return {
    look: async (id) =>
      (await program.resolved()).filter(({ name }) => name === id).map(({ address, port }) => `${address}:${port}`),
    stop: program.stop,
  };
}

async function resolved(host: Host): Promise<Observer> {
  const daemon = await startResolved(host);
  const lastWord = (line: string, back: number): string => line.split(' ').at(-back) ?? '';
  return {
    look(id) {
      const found = daemon.query('PTR', serviceType).some((line) => line.includes(id));
      if (!found) return [];
      const ports = daemon.query('SRV', `${id}.${serviceType}`).map((line) => lastWord(line, 2));
      return cross(
        daemon.query('A', hostOf(id)).map((line) => lastWord(line, 1)),
        ports,
      );
    },
    stop: daemon.stop,
  };
}

function dig(host: Host): Promise<Observer> {
  function ask(server: string, type: string, name: string): string[] {
    try {
      const words = ['-p', '5353', `@${server}`, '+short', '+time=1', '+tries=1', name, type];
      return host
        .run('dig', ...words)
        .trim()
        .split('\n');
    } catch {
      return [];
    }
  }
  return Promise.resolve({
    look(id, server) {
      const pointers = ask(server, 'PTR', serviceType);
      if (!pointers.some((line) => line.startsWith(id))) return [];
      const ports = ask(server, 'SRV', `${id}.${serviceType}`).map((line) => line.split(' ')[2] ?? '');
      return cross(ask(server, 'A', hostOf(id)), ports);
    },
    stop: () => Promise.resolve(),
  });
}

describe.each([
  ['avahi-browse', missingAvahi, avahi],
  ['python-zeroconf', missingZeroconf, zeroconf],
  ['dig -p 5353', missingDig, dig],
  ['systemd-resolved', missingResolved, resolved],
] as const)('%s', (name, missing, open) => {
  test.skipIf(skipped(missing))('sees what is so: after a start, a restart, a change of the address, and the end', () =>
    withLab({ hosts: 2 }, async (lab) => {
      const [host, other] = lab.hosts;
      const observer = await open(other);
      let begun = Date.now();
      const sees = async (what: string, id: string, address: string, expected: readonly string[]): Promise<void> => {
        await expect
          .poll(async () => [...new Set(await observer.look(id, address))].sort(), { timeout: 40_000 })
          .toEqual(expected);
        seen(`${name} sees it after ${what}: ${Date.now() - begun} ms`);
        begun = Date.now();
      };
      try {
        const first = await lab.start(host);
        await sees('the start', first.id, '10.77.0.1', [`10.77.0.1:${first.port}`]);
        first.cli.kill('SIGKILL');
        await first.cli.exited;
        const second = await lab.start(host);
        expect([second.id, second.port === first.port]).toEqual([first.id, false]);
        await sees('a restart', second.id, '10.77.0.1', [`10.77.0.1:${second.port}`]);
        host.run('ip', 'addr', 'add', '10.77.0.101/24', 'dev', 'lan0');
        host.run('ip', 'addr', 'del', '10.77.0.1/24', 'dev', 'lan0');
        // The kernel takes the other addresses of the subnet along with the first.
        host.run('ip', 'addr', 'replace', '10.77.0.101/24', 'dev', 'lan0');
        addRoute(host);
        await sees('another address', second.id, '10.77.0.101', [`10.77.0.101:${second.port}`]);
        second.cli.kill('SIGTERM');
        await second.cli.exited;
        await sees('the end', second.id, '10.77.0.101', []);
      } finally {
        await observer.stop();
      }
    }),
  );
});
