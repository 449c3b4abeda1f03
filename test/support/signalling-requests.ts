import { ephemeralIdentity } from '../../src/adapters/identity/ephemeral.ts';
import { systemClock } from '../../src/environment.ts';

/** An identity that no device knows. */
export const makeIdentity = () => ephemeralIdentity({ clock: systemClock }).open();

/** The request that a dialer sends, with headers, a path or a sub-protocol of the test. */
export const upgradeLines = (more: readonly string[] = [], path = '/lanpeer/1', protocol = 'lanpeer.1'): string[] => [
  `GET ${path} HTTP/1.1`,
  'Host: 127.0.0.1',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  `Sec-WebSocket-Protocol: ${protocol}`,
  ...more,
];

/** A chain of 50 kB: TLS takes twice as much. */
export const longChain = (pem: string): string => `${pem.trim()}\n`.repeat(Math.ceil(50_000 / ((pem.length * 3) / 4)));
