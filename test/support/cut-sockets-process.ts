// Loaded into a command before it begins (`--import`): cuts its sockets, and kills it, when so many bytes were written and read.
import { subscribe } from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';

const listOf = (name: string): number[] => (process.env[name] ?? '').split(',').filter(Boolean).map(Number);
const cutAt = listOf('LANPEER_CUT_AT');
const [killAt = Number.POSITIVE_INFINITY] = listOf('LANPEER_KILL_AT');
const file = process.env['LANPEER_SENT_FILE'];

const sockets = new Set<Socket>();
/** Of sockets that are closed. */
const before = { written: 0, read: 0 };

for (const channel of ['net.client.socket', 'net.server.socket'])
  subscribe(channel, (message) => {
    const { socket } = message as { readonly socket: Socket };
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      before.written += socket.bytesWritten;
      before.read += socket.bytesRead;
    });
  });

function look(): void {
  let { written, read } = before;
  for (const socket of sockets) {
    written += socket.bytesWritten;
    read += socket.bytesRead;
  }
  if (file !== undefined) writeFileSync(file, `${written}`);
  if (written + read >= killAt) process.kill(process.pid, 'SIGKILL');
  if (written + read < (cutAt[0] ?? Number.POSITIVE_INFINITY)) return;
  cutAt.shift();
  for (const socket of sockets) socket.destroy();
}

setInterval(look, 2).unref();
process.once('exit', look);
