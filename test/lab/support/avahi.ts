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
  stop(): Promise<void>;
}

/** Why Avahi cannot be run; undefined if it can. */
export const missingAvahi = (): string | undefined =>
  ['avahi-daemon', 'avahi-browse', 'dbus-daemon'].every((program) => works(program, ['--version']))
    ? undefined
    : 'avahi-daemon, avahi-utils or dbus is not installed';

const avahiConfig = (name: string, reflects: boolean): string => `
[reflector]
enable-reflector=${reflects ? 'yes' : 'no'}
[server]
host-name=avahi-${name}
use-ipv4=yes
use-ipv6=no
[wide-area]
enable-wide-area=no
`;

/** @param reflects Passes mDNS on between the networks of the host, as routers between VLANs do. */
export async function startAvahi(host: Host, reflects = false): Promise<Avahi> {
  const daemons = await startDaemons(host);
  const config = join(daemons.directory, 'avahi.conf');
  writeFileSync(config, avahiConfig(host.name, reflects));
  try {
    // Its process file and its socket are in /run: each daemon gets one of its own.
    const script = 'mount -t tmpfs none /run && mkdir -p /run/avahi-daemon && exec "$@"';
    const daemon = ['avahi-daemon', '--no-drop-root', '--no-chroot', '--no-rlimits', '-f', config];
    await daemons.start(['unshare', '-m', 'sh', '-c', script, 'sh', ...daemon], 'startup complete');
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
    stop: daemons.stop,
  };
}
