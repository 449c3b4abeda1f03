import { once } from 'node:events';
import { UdpTransport } from 'werift';
import type { IceConnection } from './internals.ts';

/**
 * Binds each host socket exclusively. As werift binds them, two workers of node:cluster that ask for any free port get
 * one and the same socket, and each gets datagrams of the other; where binding failed, werift would wait for ever.
 */
export function bindExclusively(ice: IceConnection): void {
  const ensure = ice.ensureProtocol;
  ice.ensureProtocol = (socket) => {
    socket.connectionMade = async (useIpv4) => {
      // werift's own function binds before this one has the socket.
      const transport = Reflect.construct(UdpTransport, [useIpv4 ? 'udp4' : 'udp6', {}]) as UdpTransport;
      transport.socket.bind({ port: 0, exclusive: true });
      try {
        await once(transport.socket, 'listening');
      } catch (thrown) {
        transport.socket.close();
        throw thrown;
      }
      transport.onData = (datagram, from) => socket.datagramReceived(datagram, from);
      socket.transport = transport;
    };
    ensure.call(ice, socket);
  };
}
