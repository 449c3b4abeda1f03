import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { limits } from '../../../../src/limits.ts';
import { formatProbeDatagram } from '../../../../src/protocol/probe-datagram.ts';
import { makeMember } from '../member.ts';
import type { Target } from '../target.ts';

const perSecond = 45;
const token = Buffer.alloc(limits.probes.tokenBytes, 7);

export interface ProbeFlood {
  readonly ms: number;
  /** Sends to every UDP port that the victim opens as fast as datagrams leave. */
  readonly flood: boolean;
}

/**
 * Asks for connections and datagrams as often as the rate of a session allows. Its outcomes are what came of it: how many
 * were refused, connections that the victim opened, datagrams that it sent, those that were sent to it, and whether the
 * session ended.
 */
export async function probeWithoutEnd(target: Target, { ms, flood }: ProbeFlood): Promise<readonly string[]> {
  let busy = 0;
  let dialed = 0;
  let datagrams = 0;
  let sent = 0;
  let isOver = false;
  const udp = createSocket('udp4').on('message', () => (datagrams += 1));
  udp.bind(0, target.address);
  await once(udp, 'listening');
  const member = await makeMember(target, { listens: true });
  const { session, ended, heard } = await member.dial();
  void ended.then(() => (isOver = true));

  async function floodPort(port: number): Promise<void> {
    const datagram = formatProbeDatagram(token, { kind: 'there', bytes: 1_472 });
    for (const until = performance.now() + limits.probes.udpMs; performance.now() < until; await pause(1))
      for (let no = 0; no < 200; no += 1, sent += 1) udp.send(datagram, port, target.address);
  }
  heard((message) => {
    if (message.type !== 'probed') return;
    if (message.of === 'none') busy += 1;
    if (message.of === 'tcp' && message.tcp === 'open') dialed += 1;
    if (message.of === 'udp-port' && flood) void floodPort(message.port);
  });
  const { port } = udp.address();
  for (let probe = 1, until = performance.now() + ms; performance.now() < until && !isOver; probe += 1) {
    session.send(
      probe % 2 === 0
        ? { type: 'probe', probe, of: 'tcp' }
        : { type: 'probe', probe, of: 'udp', port, token: token.toString('hex') },
    );
    await pause(1_000 / perSecond);
  }
  // What is under way still comes.
  await pause(limits.probes.udpMs + 500);
  const outcomes = [
    `busy ${busy}`,
    `dialed ${dialed}`,
    `datagrams ${datagrams}`,
    `sent ${sent}`,
    `ended ${isOver ? 1 : 0}`,
  ];
  await member.close();
  udp.close();
  return outcomes;
}
