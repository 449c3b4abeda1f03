import assert from 'node:assert/strict';
import type { DatagramSocket, DatagramSource, OpenDatagrams } from '../../adapters/datagrams/port.ts';
import type { ComplianceCase } from './case.ts';
import { createWaiters } from './waiters.ts';

/** A host that opens ports, and the address at which others reach them. */
export interface DatagramHost {
  readonly address: string;
  readonly open: OpenDatagrams;
}

interface End {
  readonly socket: DatagramSocket;
  readonly at: DatagramSource;
  readonly heard: readonly { readonly bytes: string; readonly from: DatagramSource }[];
}

interface Rig {
  readonly end: () => Promise<End>;
  readonly until: (condition: () => boolean) => Promise<void>;
}

async function withRig({ address, open }: DatagramHost, run: (rig: Rig) => Promise<void>): Promise<void> {
  const waiters = createWaiters();
  const opened: DatagramSocket[] = [];
  try {
    await run({
      async end() {
        const heard: { bytes: string; from: DatagramSource }[] = [];
        const socket = await open({
          datagram(bytes, { address: source, port }) {
            heard.push({ bytes: Buffer.from(bytes).toString('hex'), from: { address: source, port } });
            waiters.changed();
          },
        });
        opened.push(socket);
        return { socket, at: { address, port: socket.port }, heard };
      },
      until: async (condition) => {
        await waiters.until(
          () => condition() || undefined,
          () => `it did not come to: ${condition}`,
        );
      },
    });
  } finally {
    for (const socket of opened) socket.close();
  }
}

const datagramCase = (name: string, run: (rig: Rig) => Promise<void>): ComplianceCase<DatagramHost> => ({
  name,
  run: (host) => withRig(host, run),
});

/** What everything that opens ports for datagrams promises. */
export const datagramCompliance: readonly ComplianceCase<DatagramHost>[] = [
  datagramCase('carries a datagram as it is, and says where it came from', async ({ end, until }) => {
    const [one, other] = [await end(), await end()];
    assert.notEqual(one.at.port, other.at.port);
    const long = new Uint8Array(1_472).fill(7);
    assert.equal(await one.socket.send(Uint8Array.of(1, 2), other.at), null);
    assert.equal(await one.socket.send(long, other.at), null);
    await until(() => other.heard.length === 2);
    assert.deepEqual(
      other.heard.map(({ bytes }) => bytes),
      ['0102', Buffer.from(long).toString('hex')],
    );
    const [first] = other.heard;
    assert.deepEqual(first?.from, one.at);
    await other.socket.send(Uint8Array.of(3), first.from);
    await until(() => one.heard.length === 1);
    assert.deepEqual(one.heard, [{ bytes: '03', from: other.at }]);
  }),
  datagramCase('keeps what is sent, whatever becomes of its memory', async ({ end, until }) => {
    const [one, other] = [await end(), await end()];
    const bytes = Uint8Array.of(5);
    const sent = one.socket.send(bytes, other.at);
    await sent;
    bytes[0] = 6;
    await until(() => other.heard.length === 1);
    assert.equal(other.heard[0]?.bytes, '05');
  }),
  datagramCase('sends to a port that nobody opened without a failure', async ({ end, until }) => {
    const [one, gone, other] = [await end(), await end(), await end()];
    gone.socket.close();
    assert.equal(await one.socket.send(Uint8Array.of(1), gone.at), null);
    assert.equal(await one.socket.send(Uint8Array.of(2), gone.at), null);
    await one.socket.send(Uint8Array.of(3), other.at);
    await until(() => other.heard.length === 1);
    assert.deepEqual(gone.heard, []);
  }),
  datagramCase('once closed, takes nothing and sends nothing, also a second time', async ({ end, until }) => {
    const [one, other, third] = [await end(), await end(), await end()];
    one.socket.close();
    one.socket.close();
    assert.equal(await one.socket.send(Uint8Array.of(1), other.at), 'EBADF');
    await other.socket.send(Uint8Array.of(2), one.at);
    await other.socket.send(Uint8Array.of(3), third.at);
    await until(() => third.heard.length === 1);
    assert.deepEqual([one.heard, other.heard], [[], []]);
  }),
];
