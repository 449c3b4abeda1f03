// A stranger on a host of its own: opens TCP connections to these addresses, again and again, and says nothing on them.
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { writeLine } from './lines.ts';

const [, , mode = 'churn', port = '0', ...addresses] = process.argv;
const atOnce = 150;
const open = new Map<string, number>();
writeLine({ event: 'begun' });
for (;;) {
  for (const address of addresses) {
    const count = open.get(address) ?? 0;
    if (count >= atOnce) continue;
    open.set(address, count + 1);
    const socket = connect({ host: address, port: Number(port) });
    const done = (): void => void open.set(address, (open.get(address) ?? 1) - 1);
    socket.on('error', () => undefined).once('close', done);
    // One that churns takes a place again and again; one that is silent holds it until it is refused.
    if (mode === 'churn') socket.once('connect', () => setTimeout(() => socket.destroy(), 500));
  }
  await pause(2);
}
