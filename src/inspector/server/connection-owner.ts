import { closeSync, openSync, readSync } from 'node:fs';
import type { Socket } from 'node:net';
import { limits } from '../../limits.ts';

/** Fields of a line of /proc/net/tcp (proc(5)), split at blanks: its ends, and the user of the local one. */
const fields = { local: 1, remote: 2, uid: 7 } as const;

/** As the kernel writes it: the four bytes of the address as one number of this machine, then the port. */
function endOf(address: string, port: number): string {
  const bytes = Buffer.from(address.split('.').map(Number));
  const number = new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + 4))[0] ?? 0;
  const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0');
  return `${hex(number, 8)}:${hex(port, 4)}`;
}

/** A table, piece by piece: programs of other users make it long. */
function* piecesOf(path: string): Generator<string> {
  const file = openSync(path, 'r');
  try {
    for (const chunk = Buffer.alloc(65_536); ; ) {
      const got = readSync(file, chunk);
      if (got === 0) return;
      yield chunk.toString('latin1', 0, got);
    }
  } finally {
    closeSync(file);
  }
}

/** How a table has the two ends of a connection: its lines end addresses of IPv4 alike, of whatever family they are. */
export interface Ends {
  readonly here: string;
  readonly there: string;
}

/** The user of the far end. `listed`: the table has only the near one. `long`: it is too long to be read to its end. */
export function findOwner(
  pieces: Iterable<string>,
  { here, there }: Ends,
  isLate: () => boolean,
): number | 'absent' | 'listed' | 'long' {
  let size = 0;
  let rest = '';
  let isListed = false;
  for (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!line.includes(there)) continue;
      const parts = line.trim().split(/\s+/);
      const [local = '', remote = ''] = [parts[fields.local], parts[fields.remote]];
      if (local.endsWith(there) && remote.endsWith(here)) return Number(parts[fields.uid]);
      isListed ||= local.endsWith(here) && remote.endsWith(there);
    }
    size += piece.length;
    if (size > limits.inspector.tableBytes || isLate()) return 'long';
  }
  return isListed ? 'listed' : 'absent';
}

/** The user at the other end of a connection within this machine; `unknown` where the system does not tell. */
export function ownerOf(socket: Socket): number | 'unknown' | 'hidden' {
  const { localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 } = socket;
  const ends: Ends = { there: endOf(remoteAddress, remotePort), here: endOf(localAddress, localPort) };
  const until = performance.now() + limits.inspector.tableMs;
  let isListed = false;
  try {
    // A socket of IPv6 may be at the other end of a connection of IPv4, which its address then ends with.
    for (const path of ['/proc/net/tcp', '/proc/net/tcp6']) {
      const owner = findOwner(piecesOf(path), ends, () => performance.now() > until);
      if (typeof owner === 'number') return owner;
      if (owner === 'long') return 'hidden';
      isListed ||= owner === 'listed';
    }
  } catch {
    // Not Linux, or nothing is told there.
  }
  return isListed ? 'hidden' : 'unknown';
}

const ours = new WeakMap<Socket, boolean>();

/**
 * Whether a connection may be this user's own: cookies go to every port of 127.0.0.1, those of other users' programs
 * among them, so that a key alone does not say which user brings it. The administrator may do anything, and forwards
 * connections.
 */
export function mayBeOwnSocket(socket: Socket): boolean {
  const before = ours.get(socket);
  if (before !== undefined) return before;
  const owner = ownerOf(socket);
  const isOurs = owner === 'unknown' || owner === 0 || process.geteuid === undefined || owner === process.geteuid();
  ours.set(socket, isOurs);
  return isOurs;
}
