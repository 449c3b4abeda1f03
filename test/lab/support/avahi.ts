import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from './hosts.ts';
import { works } from './namespace.ts';

/** An Avahi daemon on a host, with a bus of its own. */
export interface Avahi {
  /** What `avahi-browse` sees of that service type there: the names that it could resolve, with their addresses. */
  browse(type: string): ReadonlyMap<string, string>;
  stop(): Promise<void>;
}

/** Why Avahi cannot be run; undefined if it can. */
export const missingAvahi = (): string | undefined =>
  ['avahi-daemon', 'avahi-browse', 'dbus-daemon'].every((program) => works(program, ['--version']))
    ? undefined
    : 'avahi-daemon, avahi-utils or dbus is not installed';

const busConfig = (socket: string): string => `
  <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
    "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
  <busconfig>
    <listen>unix:path=${socket}</listen>
    <auth>EXTERNAL</auth>
    <policy context="default">
      <allow send_destination="*" eavesdrop="true"/>
      <allow eavesdrop="true"/>
      <allow own="*"/>
    </policy>
  </busconfig>`;

const avahiConfig = (name: string): string => `
[server]
host-name=avahi-${name}
use-ipv4=yes
use-ipv6=no
[wide-area]
enable-wide-area=no
`;

/** Resolves when it printed that; rejects if it ends before. */
async function printed(child: ChildProcess, text: string): Promise<void> {
  let all = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      all += chunk.toString();
      child.emit('printed');
    });
  child.once('exit', () => child.emit('printed'));
  while (!all.includes(text)) {
    await once(child, 'printed');
    if (child.exitCode !== null) throw new Error(`${child.spawnargs.join(' ')} ended: ${all}`);
  }
}

export async function startAvahi({ name, prefix }: Host): Promise<Avahi> {
  const directory = mkdtempSync(join(tmpdir(), 'lanpeer-avahi-'));
  const socket = join(directory, 'bus');
  const env = { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${socket}`, LC_ALL: 'C' };
  const running: ChildProcess[] = [];
  const start = (words: readonly string[], text: string): Promise<void> => {
    const [program = '', ...args] = [...prefix, ...words];
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    running.push(child);
    return printed(child, text);
  };
  const kill = (): void => {
    for (const child of running) child.kill('SIGKILL');
  };
  const stop = async (): Promise<void> => {
    process.off('exit', kill);
    kill();
    await Promise.all(running.map((child) => child.exitCode ?? child.signalCode ?? once(child, 'exit')));
    rmSync(directory, { recursive: true, force: true });
  };
  process.once('exit', kill);
  writeFileSync(join(directory, 'bus.conf'), busConfig(socket));
  writeFileSync(join(directory, 'avahi.conf'), avahiConfig(name));
  try {
    await start(
      ['dbus-daemon', `--config-file=${join(directory, 'bus.conf')}`, '--nofork', '--nopidfile', '--print-address'],
      'unix:path=',
    );
    // Its process file and its socket are in /run: each daemon gets one of its own.
    const script = 'mount -t tmpfs none /run && mkdir -p /run/avahi-daemon && exec "$@"';
    const daemon = [
      'avahi-daemon',
      '--no-drop-root',
      '--no-chroot',
      '--no-rlimits',
      '-f',
      join(directory, 'avahi.conf'),
    ];
    await start(['unshare', '-m', 'sh', '-c', script, 'sh', ...daemon], 'startup complete');
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  return {
    browse(type) {
      const [program = '', ...args] = [...prefix, 'avahi-browse', '-rpt', type];
      const lines = execFileSync(program, args, { env, encoding: 'utf8', timeout: 20_000 }).split('\n');
      // =;interface;protocol;name;type;domain;host;address;port;txt
      const resolved = lines.map((line) => line.split(';')).filter(([mark]) => mark === '=');
      return new Map(resolved.map((fields) => [fields[3] ?? '', fields[7] ?? '']));
    },
    stop,
  };
}
