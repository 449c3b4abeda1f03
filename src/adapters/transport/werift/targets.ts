import { BlockList, isIP } from 'node:net';
import { limits } from '../../../limits.ts';
import { type Interfaces, readInterfaces } from '../../../util/interfaces.ts';
import { type Candidate, isUsable } from './description.ts';

/** Where a link may send to before it knows its peer there: what a peer names may be any host. */
export interface Targets {
  /** Candidates to check, of which the session's own address comes first. */
  choose(candidates: readonly Candidate[]): readonly Candidate[];
  /** True if a signed request that came from there may be answered by a check. */
  accepts(address: string, port: number): boolean;
}

/** True for addresses on a link of this machine (RFC 4903): no router passes on what is sent there. */
export function readNear(interfaces: Interfaces = readInterfaces()): (address: string) => boolean {
  const links = new BlockList();
  for (const { address, cidr, family } of Object.values(interfaces).flatMap((list) => list ?? [])) {
    const bits = Number(cidr?.split('/')[1] ?? (family === 'IPv4' ? 32 : 128));
    links.addSubnet(address.replace(/%.*$/, ''), bits, family === 'IPv4' ? 'ipv4' : 'ipv6');
  }
  return (address) => isIP(address) !== 0 && links.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}

export interface TargetsOptions {
  /** The other end of the signalling session: an IP literal. */
  readonly remoteAddress: string;
  readonly isNear: (address: string) => boolean;
  /** STUN or TURN servers are configured: peers may be behind any address. */
  readonly anywhere: boolean;
}

/**
 * A peer that names others would make this node send to them: so it may name its own address, those on the links of this
 * machine, and no port of a system service (RFC 6335 section 6); few in all.
 */
export function createTargets({ remoteAddress, isNear, anywhere }: TargetsOptions): Targets {
  const { candidates: most, leastPort } = limits.webrtc;
  const accepts = (address: string, port: number): boolean =>
    port >= leastPort && (anywhere || address === remoteAddress || isNear(address));
  const rank = ({ address }: Candidate): number => (address === remoteAddress ? 0 : 1);
  return {
    choose: (candidates) =>
      candidates
        .filter((one) => isUsable(one, remoteAddress) && accepts(one.address, one.port))
        .sort((one, other) => rank(one) - rank(other))
        .slice(0, anywhere ? limits.signalling.candidates : most),
    accepts,
  };
}
