import { createHmac, timingSafeEqual } from 'node:crypto';
import { limits } from '../../../limits.ts';
import type { IceConnection } from './internals.ts';

const headerBytes = 20;
const bindingRequest = 0x0001;
const magicCookie = 0x2112a442;
const username = 0x0006;
const messageIntegrity = 0x0008;
const integrityBytes = 20;
const { pairs } = limits.webrtc;

/** The part of an ICE connection that binding requests of the peer are checked with. */
export type IceCredentials = Pick<IceConnection, 'localUsername' | 'localPassword' | 'remoteUsername'>;

const isStun = (datagram: Buffer): boolean =>
  datagram.length >= headerBytes && datagram.readUInt32BE(4) === magicCookie && datagram.readUInt8(0) < 4;

/** MESSAGE-INTEGRITY at `at` (RFC 8489 section 14.5): HMAC-SHA1 over all before it, the length reaching to its end. */
function hasIntegrity(datagram: Buffer, at: number, password: string): boolean {
  const signed = Buffer.from(datagram.subarray(0, at));
  signed.writeUInt16BE(at + 4 + integrityBytes - headerBytes, 2);
  const expected = createHmac('sha1', password).update(signed).digest();
  return timingSafeEqual(expected, datagram.subarray(at + 4, at + 4 + integrityBytes));
}

/**
 * True for a binding request of the peer: it names both fragments of this negotiation and is signed with our password
 * (RFC 8445 section 7.3). The peer's fragment is unknown until its description is here.
 */
export function isFromPeer(datagram: Buffer, ice: IceCredentials): boolean {
  let named = false;
  for (let at = headerBytes; at + 4 <= datagram.length; ) {
    const type = datagram.readUInt16BE(at);
    const length = datagram.readUInt16BE(at + 2);
    if (at + 4 + length > datagram.length) return false;
    if (type === username) {
      const [own, remote] = datagram.toString('utf8', at + 4, at + 4 + length).split(':', 2);
      named = own === ice.localUsername && (ice.remoteUsername === '' || remote === ice.remoteUsername);
    }
    if (type === messageIntegrity)
      return named && length === integrityBytes && hasIntegrity(datagram, at, ice.localPassword);
    at += 4 + length + (-length & 3);
  }
  return false;
}

/**
 * Drops STUN requests that are not of the peer before werift sees them: it answers all of them, lets them change its
 * role, and keeps a candidate pair for each source. A replayed request is genuine, so that pairs are capped too; so is one
 * whose source the peer itself has forged, which would make this side send checks there.
 */
export function dropForeignRequests(
  ice: IceConnection,
  accepts: (address: string, port: number) => boolean = () => true,
): void {
  const ensure = ice.ensureProtocol;
  ice.ensureProtocol = (socket) => {
    const receive = socket.datagramReceived;
    socket.datagramReceived = (datagram, from) => {
      if (!isStun(datagram) || datagram.readUInt16BE(0) !== bindingRequest) receive.call(socket, datagram, from);
      else if (accepts(...from) && isFromPeer(datagram, ice) && hasRoom(ice, from))
        receive.call(socket, datagram, from);
    };
    ensure.call(ice, socket);
  };
}

function hasRoom({ candidatePairs, earlyChecks }: IceConnection, [host, port]: readonly [string, number]): boolean {
  if (candidatePairs.some(({ remoteAddr }) => remoteAddr[0] === host && remoteAddr[1] === port)) return true;
  return candidatePairs.length + earlyChecks.length < pairs;
}
