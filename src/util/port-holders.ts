import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '../limits.ts';

/** A program that has a socket on a port of this machine. */
export interface PortHolder {
  /** Its name, and its process; null: this user may not see it. */
  readonly program: string | null;
  readonly pid: number | null;
  /** The user who runs it, by name or number. */
  readonly user: string;
  /** This process itself. */
  readonly isOwn: boolean;
}

interface Socket {
  readonly inode: string;
  readonly uid: string;
}

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

/** The UDP sockets of this network namespace that are bound to that port; null where the system has no such table. */
async function boundSockets(port: number, root: string): Promise<Socket[] | null> {
  const pattern = new RegExp(`^\\s*\\d+: [0-9A-F]{8,32}:${port.toString(16).toUpperCase().padStart(4, '0')} `);
  const tables = await Promise.all(['proc/net/udp', 'proc/net/udp6'].map((path) => textOf(join(root, path))));
  if (tables.every((table) => table === '')) return null;
  const lines = tables.flatMap((table) => table.split('\n').filter((line) => pattern.test(line)));
  return lines.map((line) => {
    const fields = line.trim().split(/\s+/);
    return { uid: fields[7] ?? '', inode: fields[9] ?? '' };
  });
}

/** The processes that hold one of these sockets, by its inode, as far as this user may see them. */
async function holdersOf(inodes: ReadonlySet<string>, root: string): Promise<Map<string, Set<number>>> {
  const found = new Map<string, Set<number>>();
  const pids = (await readdir(join(root, 'proc')).catch(() => [])).filter((name) => /^\d+$/.test(name));
  let looks = 0;
  for (const pid of pids) {
    const folder = join(root, 'proc', pid, 'fd');
    for (const file of await readdir(folder).catch(() => [])) {
      looks += 1;
      if (looks > limits.discovery.holderLooks) return found;
      const [, inode] = /^socket:\[(\d+)\]$/.exec(await readlink(join(folder, file)).catch(() => '')) ?? [];
      if (inode === undefined || !inodes.has(inode)) continue;
      found.set(inode, (found.get(inode) ?? new Set()).add(Number(pid)));
    }
  }
  return found;
}

async function usersOf(root: string): Promise<(uid: string) => string> {
  const lines = (await textOf(join(root, 'etc/passwd'))).split('\n').map((line) => line.split(':'));
  return (uid) => lines.find((fields) => fields[2] === uid)?.[0] ?? uid;
}

/**
 * The programs that have a UDP socket on that port, as far as the system tells: Linux does. Those of other users are known
 * by their user alone, unless this process may look at all of them. Null where nothing can be known. Never rejects.
 * @param root Where the directories `proc` and `etc` are.
 */
export async function findPortHolders(port: number, root = '/'): Promise<readonly PortHolder[] | null> {
  const sockets = await boundSockets(port, root);
  if (!sockets) return null;
  const pids = await holdersOf(new Set(sockets.map(({ inode }) => inode)), root);
  const userOf = await usersOf(root);
  const holders = new Map<string, PortHolder>();
  for (const { inode, uid } of sockets) {
    const user = userOf(uid);
    const known = pids.get(inode);
    if (!known) holders.set(`user ${user}`, { program: null, pid: null, user, isOwn: false });
    for (const pid of known ?? []) {
      const program = (await textOf(join(root, 'proc', String(pid), 'comm'))).trim() || null;
      holders.set(String(pid), { program, pid, user, isOwn: pid === process.pid });
    }
  }
  return [...holders.values()];
}
