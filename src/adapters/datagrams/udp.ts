import { createSocket } from 'node:dgram';
import { LanpeerError } from '../../errors.ts';
import { describeThrown } from '../../util/thrown.ts';
import type { DatagramListener, DatagramSocket } from './port.ts';

const errnoOf = (thrown: Error): string => ('code' in thrown ? String(thrown.code) : thrown.name);

/**
 * IPv4, at any address of this machine. The kernel of Linux sets Don't Fragment on what fits the path as far as it knows it
 * (ip(7), IP_PMTUDISC_WANT), and other kernels let routers fragment: either way only what the path really carries arrives.
 */
export function openUdp(listener: DatagramListener): Promise<DatagramSocket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    let isClosed = false;
    const failed = (cause: Error): void => {
      socket.close();
      reject(new LanpeerError('ERR_LISTEN', `No UDP port can be opened: ${describeThrown(cause)}`, { cause }));
    };
    socket.once('error', failed);
    socket.bind(0, () => {
      socket.off('error', failed);
      // A datagram that was refused somewhere (ICMP) ends nothing.
      socket.on('error', () => undefined);
      socket.on('message', (bytes, { address, port }) => {
        if (!isClosed) listener.datagram(bytes, { address, port });
      });
      resolve({
        port: socket.address().port,
        send: (bytes, { address, port }) =>
          new Promise((sent) => {
            if (isClosed) sent('EBADF');
            else socket.send(bytes, port, address, (thrown) => sent(thrown ? errnoOf(thrown) : null));
          }),
        close() {
          if (!isClosed) socket.close();
          isClosed = true;
        },
      });
    });
  });
}
