import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Counters } from './counters.ts';

/** Calls back for each TLS record (RFC 8446 section 5.1) in what is written. */
function createRecordReader(take: () => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= 5 && rest.length >= 5 + rest.readUInt16BE(3)) {
      take();
      rest = rest.subarray(5 + rest.readUInt16BE(3));
    }
  };
}

function pass(from: Socket, to: Socket, counters: Counters): void {
  const read = createRecordReader(() => counters.add('TLS records'));
  from.on('data', read);
  from.on('error', () => to.destroy());
  from.pipe(to);
}

/** Passes TCP connections on to a port of loopback, and counts the TLS records in them, both ways. */
export async function startRelay(port: number, counters: Counters): Promise<{ readonly port: number }> {
  const server = createServer((near) => {
    const far = connect({ port, host: '127.0.0.1', noDelay: true });
    near.setNoDelay();
    pass(near, far, counters);
    pass(far, near, counters);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port };
}
