import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemons } from './daemons.ts';
import type { Host } from './hosts.ts';
import { works } from './namespace.ts';

/** systemd-resolved on a host, with a bus of its own. */
export interface SystemdResolved {
  /** What `resolvectl query` prints for records of that type and name; empty if it finds none. */
  query(type: 'PTR' | 'SRV' | 'A', name: string): readonly string[];
  stop(): Promise<void>;
}

/** Installing the package would replace /etc/resolv.conf: it may be unpacked into this directory instead. */
const unpacked = process.env['LANPEER_RESOLVED'] ?? '/';
const daemonPath = join(unpacked, 'lib/systemd/systemd-resolved');
const clientPath = join(unpacked, 'usr/bin/resolvectl');

/** Why systemd-resolved cannot be run; undefined if it can. */
export const missingResolved = (): string | undefined =>
  works(daemonPath, ['--version']) && works(clientPath, ['--version']) && works('dbus-daemon', ['--version'])
    ? undefined
    : 'systemd-resolved (in / or LANPEER_RESOLVED) or dbus is not there';

/** Time limit of a daemon to be found on the bus. */
const onBusMs = 20_000;

const config = `[Resolve]
MulticastDNS=yes
LLMNR=no
DNSStubListener=no
DNSSEC=no
FallbackDNS=
`;

/**
 * It keeps its state in /run and wants a user of its own: it gets both in a mount namespace. The bus, which is outside, lets
 * in only whom it knows: where there is no such user, that one has the number of `nobody`.
 */
const script = `
  set -e
  mount -t tmpfs none /run
  mkdir -p /run/systemd/resolved.conf.d
  cp "$1/resolved.conf" /run/systemd/resolved.conf.d/lab.conf
  cp /etc/passwd "$1/passwd"
  cp /etc/group "$1/group"
  grep -q ^systemd-resolve: /etc/passwd || echo systemd-resolve:x:65534:65534::/:/usr/sbin/nologin >> "$1/passwd"
  grep -q ^systemd-resolve: /etc/group || echo systemd-resolve:x:65534: >> "$1/group"
  mount --bind "$1/passwd" /etc/passwd
  mount --bind "$1/group" /etc/group
  exec "$2"
`;

/** It answers on the bus a moment after it has started. */
async function onBus(call: () => unknown): Promise<void> {
  const begun = performance.now();
  for (;;)
    try {
      call();
      return;
    } catch (thrown) {
      const isAbsent = String(thrown).includes('was not provided');
      if (!isAbsent || performance.now() - begun > onBusMs) throw thrown;
      await new Promise((resolve) => setImmediate(resolve));
    }
}

export async function startResolved(host: Host): Promise<SystemdResolved> {
  const daemons = await startDaemons(host);
  writeFileSync(join(daemons.directory, 'resolved.conf'), config);
  try {
    const words = ['unshare', '-m', 'sh', '-c', script, 'sh', daemons.directory, daemonPath];
    await daemons.start(words, 'system hostname');
    // Where no service manages interfaces mDNS is off on each.
    await onBus(() => daemons.run([clientPath, 'mdns', 'lan0', 'yes']));
  } catch (thrown) {
    await daemons.stop();
    throw thrown;
  }
  return {
    query(type, name) {
      try {
        const lines = daemons
          .run([clientPath, 'query', '--legend=no', '-p', 'mdns', `--type=${type}`, name])
          .split('\n');
        return lines.filter((line) => line !== '').map((line) => line.replace(/\s*-- link.*$/, ''));
      } catch {
        return [];
      }
    },
    stop: daemons.stop,
  };
}
