import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ephemeralIdentity } from '../../../src/adapters/identity/ephemeral.ts';
import { tlsOptions } from '../../../src/adapters/signalling/web-socket/tls.ts';
import { systemClock } from '../../../src/environment.ts';
import { clientHello } from '../../support/client-hello.ts';

/**
 * Hosts at several addresses that hold idle sockets of other nodes open. Arguments: how far they come, their
 * addresses, their targets (`address:port`), how many sockets each opens in a second to a target.
 */
const [mode = '', from = '', to = '', rate = ''] = process.argv.slice(2);
const addresses = from.split(',');
const targets = to.split(',').map((one) => {
  const [host = '', port = ''] = one.split(':');
  return { host, port: Number(port) };
});

const hello = await clientHello();
const identity = await ephemeralIdentity({ clock: systemClock }).open();

const acts: Readonly<Record<string, (socket: Socket) => void>> = {
  silent: () => undefined,
  hello: (socket) => void socket.write(hello),
  half: (socket) => void socket.write(hello.subarray(0, 300)),
  tls: (socket) => void connectTls({ socket, ...tlsOptions(identity) }).on('error', () => undefined),
  churn(socket) {
    socket.write(hello);
    socket.once('data', () => socket.destroy());
  },
};
const act = acts[mode];
if (!act) throw new Error(`no such mode: ${mode}`);

let turn = 0;
setInterval(() => {
  for (const localAddress of addresses)
    for (const { host, port } of targets) {
      turn += 1;
      if (turn % Math.max(1, Math.round(20 / Number(rate))) !== 0) continue;
      const socket = connect({ host, port, localAddress });
      socket.on('error', () => undefined);
      socket.once('connect', () => act(socket));
    }
}, 50);
process.stdout.write('on\n');
// It ends by itself if a test leaves it behind.
setTimeout(() => process.exit(0), 60_000);
