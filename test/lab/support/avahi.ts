import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemons } from './daemons.ts';
import type { Host } from './hosts.ts';
import { works } from './namespace.ts';

/** A service as `avahi-browse` could resolve it. */
export interface Resolved {
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

/** An Avahi daemon on a host, with a bus of its own. */
export interface Avahi {
  /** What `avahi-browse` sees of that service type there: the names that it could resolve, with their addresses. */
  browse(type: string): ReadonlyMap<string, string>;
  /** The same, with every address and port. */
  resolved(type: string): readonly Resolved[];
  /** Announces a service until the stop. */
  publish(name: string, type: string, port: number): Promise<void>;
  stop(): Promise<void>;
}

/** Why Avahi cannot be run; undefined if it can. */
export const missingAvahi = (): string | undefined =>
  ['avahi-daemon', 'avahi-browse', 'dbus-daemon'].every((program) => works(program, ['--version']))
    ? undefined
    : 'avahi-daemon, avahi-utils or dbus is not installed';

export interface AvahiSettings {
  /** Passes mDNS on between the networks of the host, as routers between VLANs do. */
  readonly reflects?: boolean;
  /** Does not share UDP port 5353. */
  readonly disallowsOthers?: boolean;
}

const avahiConfig = (name: string, { reflects = false, disallowsOthers = false }: AvahiSettings): string => `
[reflector]
enable-reflector=${reflects ? 'yes' : 'no'}
[server]
host-name=avahi-${name}
use-ipv4=yes
use-ipv6=no
disallow-other-stacks=${disallowsOthers ? 'yes' : 'no'}
[wide-area]
enable-wide-area=no
`;

export async function startAvahi(host: Host, settings: AvahiSettings = {}): Promise<Avahi> {
  const daemons = await startDaemons(host);
  const config = join(daemons.directory, 'avahi.conf');
  writeFileSync(config, avahiConfig(host.name, settings));
  try {
    // Its process file and its socket are in /run, its configuration in /etc: each daemon gets its own.
    const script =
      'mount -t tmpfs none /run && mkdir -p /run/avahi-daemon && mount --bind "$0" /etc/avahi/avahi-daemon.conf && exec "$@"';
    const daemon = ['avahi-daemon', '--no-drop-root', '--no-chroot', '--no-rlimits'];
    await daemons.start(['unshare', '-m', 'sh', '-c', script, config, ...daemon], 'startup complete');
  } catch (thrown) {
    await daemons.stop();
    throw thrown;
  }
  function resolved(type: string): Resolved[] {
    const lines = daemons.run(['avahi-browse', '-rpt', type]).split('\n');
    // =;interface;protocol;name;type;domain;host;address;port;txt
    return lines
      .map((line) => line.split(';'))
      .filter(([mark]) => mark === '=')
      .map((fields) => ({ name: fields[3] ?? '', address: fields[7] ?? '', port: Number(fields[8]) }));
  }
  return {
    browse: (type) => new Map(resolved(type).map(({ name, address }) => [name, address])),
    resolved,
    publish: (name, type, port) => daemons.start(['avahi-publish-service', name, type, `${port}`], 'Established'),
    stop: daemons.stop,
  };
}
