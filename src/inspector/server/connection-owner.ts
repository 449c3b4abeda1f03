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

/** Undefined for a table that is longer than is read. */
function readTable(path: string): string | undefined {
  const file = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let size = 0; ; ) {
      const chunk = Buffer.alloc(65_536);
      const got = readSync(file, chunk);
      if (got === 0) return Buffer.concat(chunks).toString('latin1');
      chunks.push(chunk.subarray(0, got));
      size += got;
      if (size > limits.inspector.tableBytes) return undefined;
    }
  } finally {
    closeSync(file);
  }
}

/** The user at the other end of a connection within this machine; `unknown` where the system does not tell. */
export function ownerOf(socket: Socket): number | 'unknown' | 'hidden' {
  const { localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 } = socket;
  const [there, here] = [endOf(remoteAddress, remotePort), endOf(localAddress, localPort)];
  let isListed = false;
  try {
    // A socket of IPv6 may be at the other end of a connection of IPv4, which its address then ends with.
    for (const path of ['/proc/net/tcp', '/proc/net/tcp6']) {
      const table = readTable(path);
      if (table === undefined) return 'hidden';
      for (const line of table.split('\n')) {
        if (!line.includes(there)) continue;
        const parts = line.trim().split(/\s+/);
        const [local = '', remote = ''] = [parts[fields.local], parts[fields.remote]];
        if (local.endsWith(there) && remote.endsWith(here)) return Number(parts[fields.uid]);
        isListed ||= local.endsWith(here) && remote.endsWith(there);
      }
    }
  } catch {
    // Not Linux, or nothing is told there.
  }
  return isListed ? 'hidden' : 'unknown';
}

const ours = new WeakMap<Socket, boolean>();

/**
 * Whether a connection may be this user's own: cookies go to every port of 127.0.0.1, those of other users' programs among
 * them, so that a key alone does not say who brings it. The administrator may do anything, and forwards connections.
 */
export function mayBeOurs(socket: Socket): boolean {
  const before = ours.get(socket);
  if (before !== undefined) return before;
  const owner = ownerOf(socket);
  const isOurs = owner === 'unknown' || owner === 0 || process.geteuid === undefined || owner === process.geteuid();
  ours.set(socket, isOurs);
  return isOurs;
}
