import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { connect } from 'node:tls';

/** The first TLS record of a dial: a whole ClientHello. */
export async function clientHello(): Promise<Buffer> {
  const listener = createServer();
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  const { port } = listener.address() as AddressInfo;
  const socket = connect({ host: '127.0.0.1', port, minVersion: 'TLSv1.3' });
  socket.on('error', () => undefined);
  const [accepted] = (await once(listener, 'connection')) as [Socket];
  const [bytes] = (await once(accepted, 'data')) as [Buffer];
  socket.destroy();
  accepted.destroy();
  listener.close();
  return bytes;
}
