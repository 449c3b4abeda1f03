import { createSocket, type SocketOptions } from 'node:dgram';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findPortHolders, type PortHolder } from '../../util/port-holders.ts';
import { codeOf } from '../../util/thrown.ts';
import type { MdnsPort } from './port.ts';

const mdnsPort = 5_353;

/** Binds it for a moment; resolves with the code of what went wrong, undefined if nothing did. */
function bind(options: Omit<SocketOptions, 'type'>): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket({ type: 'udp4', ...options });
    socket.once('error', (error) => {
      socket.close();
      resolve(codeOf(error) ?? 'unknown');
    });
    // Alone, as the node does: a worker of a cluster would get a socket of the primary's.
    socket.bind({ port: mdnsPort, address: '0.0.0.0', exclusive: true }, () => socket.close(() => resolve(undefined)));
  });
}

async function sharingOf(holders: readonly PortHolder[] | null, user: string): Promise<MdnsPort['sharing']> {
  const fault = await bind({ reuseAddr: true });
  if (fault === undefined) return 'shared';
  if (fault !== 'EADDRINUSE') return 'unknown';
  // Node 22 does not know the option, and fails as before.
  if ((await bind({ reusePort: true })) === undefined) return 'reuse-port';
  // Programs of other users share nothing by SO_REUSEPORT: how they hold it cannot be told apart.
  return holders?.some((one) => !one.isOwn && one.user === user) ? 'exclusive' : 'taken';
}

/** As that process sees it, which may run in a container; of another user's this is not to be seen. */
async function avahiConfig(pid: number | null, root: string): Promise<string> {
  const path = 'etc/avahi/avahi-daemon.conf';
  const own =
    pid === null
      ? undefined
      : await readFile(join(root, 'proc', String(pid), 'root', path), 'utf8').catch(() => undefined);
  return own ?? readFile(join(root, path), 'utf8').catch(() => '');
}

async function avahiDisallows(holders: readonly PortHolder[] | null, root: string): Promise<boolean> {
  // Who may not look at its process sees its user.
  const avahi = holders?.find(
    ({ program, user }) => program === 'avahi-daemon' || (program === null && user === 'avahi'),
  );
  if (!avahi) return false;
  return /^\s*disallow-other-stacks\s*=\s*(yes|true|1)\s*$/m.test(await avahiConfig(avahi.pid, root));
}

/** @param user The user of this process, as the system names it. */
export async function readMdnsPort(root: string, user: string, tries: boolean): Promise<MdnsPort> {
  const holders = await findPortHolders(mdnsPort, root);
  return {
    holders,
    sharing: tries ? await sharingOf(holders, user) : 'unknown',
    avahiDisallows: await avahiDisallows(holders, root),
  };
}
