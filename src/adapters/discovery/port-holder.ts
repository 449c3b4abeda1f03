import { readdir, readFile, readlink } from 'node:fs/promises';
import { limits } from '../../limits.ts';
import { printable } from '../../util/printable.ts';

/** 5353 in the hexadecimal form of /proc/net/udp. */
const portPattern = /^\s*\d+: [0-9A-F]{8,32}:14E9 /;

interface Socket {
  readonly inode: string;
  readonly uid: string;
}

/** The sockets of this network namespace that are bound to UDP port 5353. */
async function boundSockets(): Promise<Socket[]> {
  const tables = await Promise.all(
    ['/proc/net/udp', '/proc/net/udp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  const lines = tables.flatMap((table) => table.split('\n').filter((line) => portPattern.test(line)));
  return lines.map((line) => {
    const fields = line.trim().split(/\s+/);
    return { uid: fields[7] ?? '', inode: fields[9] ?? '' };
  });
}

/** The pids of other processes that hold one of these sockets, as far as this user may see them. */
async function holdersOf(inodes: ReadonlySet<string>): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  const found: string[] = [];
  let looks = 0;
  for (const pid of pids) {
    const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const file of files) {
      looks += 1;
      if (looks > limits.discovery.holderLooks) return found;
      const target = await readlink(`/proc/${pid}/fd/${file}`).catch(() => '');
      const [, inode] = /^socket:\[(\d+)\]$/.exec(target) ?? [];
      if (inode === undefined || !inodes.has(inode)) continue;
      found.push(pid);
      break;
    }
  }
  return found;
}

const nameOf = async (pid: string): Promise<string> =>
  `${printable((await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim()) || 'a program'} (pid ${pid})`;

async function userOf(uid: string): Promise<string> {
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n').map((line) => line.split(':'));
  return printable(lines.find((fields) => fields[2] === uid)?.[0] ?? uid);
}

/**
 * Who has UDP port 5353, as far as the system tells: Linux does. Programs of other users are known by their user alone,
 * unless this process may look at all of them. Undefined where nothing is known. Never rejects.
 */
export async function findPortHolder(): Promise<string | undefined> {
  try {
    const sockets = await boundSockets();
    const pids = await holdersOf(new Set(sockets.map(({ inode }) => inode)));
    if (pids.length > 0) return (await Promise.all(pids.slice(0, 4).map(nameOf))).join(', ');
    const [first] = sockets;
    return first && `a program of the user ${await userOf(first.uid)}`;
  } catch {
    return undefined;
  }
}
