import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { withVictim } from './support/attack-setup.ts';
import { expectHeld } from './support/promises.ts';

const address = '127.0.0.9';
/** Where services of other hosts listen, to which a victim must not connect; and where a node may. */
const [known, free] = [
  [53, 161, 389],
  [41_001, 41_002, 41_003],
] as const;
const canBind = process.getuid?.() === 0;

/** Counts what comes to these UDP ports. */
async function countDatagrams(ports: readonly number[], use: () => Promise<void>): Promise<number> {
  let count = 0;
  const sockets = ports.map((port) =>
    createSocket('udp4')
      .on('message', () => ++count)
      .bind(port, address),
  );
  try {
    await Promise.all(sockets.map((socket) => once(socket, 'listening')));
    await use();
    return count;
  } finally {
    for (const socket of sockets) socket.close();
  }
}

async function countConnections(ports: readonly number[], use: () => Promise<void>): Promise<number> {
  let count = 0;
  const servers = ports.map((port) =>
    createServer((socket) => {
      count += 1;
      socket.on('error', () => undefined).destroy();
    }).listen(port, address),
  );
  try {
    await Promise.all(servers.map((server) => once(server, 'listening')));
    await use();
    return count;
  } finally {
    for (const server of servers) server.close();
  }
}

describe.skipIf(!canBind)('the victim connects to no third party', () => {
  test('by candidates of a member', () =>
    withVictim({}, async ({ attack }) => {
      let few = 0;
      const options = { address, ports: [...known, ...free], identities: 10 };
      const count = await countDatagrams(known, async () => {
        few = await countDatagrams(free, async () => expectHeld(await attack('nameThirdParty', options)));
      });
      process.stdout.write(`attack: ${count} datagrams to known ports of a third party, ${few} to others\n`);
      expect(count).toBe(0);
      expect(few).toBeLessThanOrEqual(300);
    }));

  test('by announcements of a stranger', () =>
    withVictim({ args: [] }, async ({ attack }) => {
      const ports = [25, 80, 389];
      const count = await countConnections(ports, async () =>
        expectHeld(await attack('announceThirdParty', { address, ports })),
      );
      process.stdout.write(`attack: ${count} connections to known ports of a third party\n`);
      expect(count).toBe(0);
    }));
});
