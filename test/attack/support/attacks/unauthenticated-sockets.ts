import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { LanpeerError } from '../../../../src/errors.ts';
import { makeNetworkKey } from '../../../../src/index.ts';
import { makeMember } from '../member.ts';
import type { Target } from '../target.ts';

/** The beginning of a TLS record that announces a ClientHello (RFC 8446 section 5.1), of which a byte comes now and then. */
const begin = Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]);

export interface SlowSockets {
  readonly count: number;
  readonly ms: number;
}

/** Sockets that begin a handshake and go on with a byte each 500 ms. Resolves with how many were closed. */
export async function openSlowSockets(
  { address, port }: Target,
  { count, ms }: SlowSockets,
): Promise<readonly string[]> {
  let closed = 0;
  const sockets = Array.from({ length: count }, () => {
    const socket = connect({ host: address, port });
    socket.on('error', () => undefined).once('close', () => ++closed);
    socket.write(begin);
    return socket;
  });
  process.stdout.write('{"event":"holds"}\n');
  for (let left = ms; left > 0; left -= 500) {
    for (const socket of sockets) if (socket.writable) socket.write(Buffer.of(0));
    await pause(500);
  }
  for (const socket of sockets) socket.destroy();
  return [`closed ${closed}`];
}

/** Identities one after another that prove another key. */
export async function connectWithoutKey(
  target: Target,
  { count }: { readonly count: number },
): Promise<readonly string[]> {
  const outcomes: string[] = [];
  for (let no = 0; no < count; no += 1) {
    const member = await makeMember({ ...target, networkKey: makeNetworkKey() });
    await member
      .dial()
      .catch((thrown: unknown) => void outcomes.push(thrown instanceof LanpeerError ? thrown.code : String(thrown)));
    await member.close();
  }
  return outcomes;
}
