import {
  type WeriftTransportOptions,
  weriftTransport,
} from '../../../src/adapters/transport/werift/werift-transport.ts';
import { systemClock } from '../../../src/environment.ts';
import type { TransportPair } from '../../../src/testing/compliance/transport-pair.ts';

export const loopback = '127.0.0.1';

/** The real transport on loopback and nowhere else. */
export const weriftOnLoopback = (options: Partial<WeriftTransportOptions> = {}): ReturnType<typeof weriftTransport> =>
  weriftTransport({ addresses: () => [loopback], iceServers: [], clock: systemClock, ...options });

export function weriftPair(options: Partial<WeriftTransportOptions> = {}): TransportPair {
  const transport = weriftOnLoopback(options);
  return { offerer: transport, answerer: transport, remoteAddress: loopback };
}
