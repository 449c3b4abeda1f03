import { BlockList, isIP } from 'node:net';
import * as v from 'valibot';
import { LanpeerError } from '../../../errors.ts';
import { limits } from '../../../limits.ts';
import { isLoopback } from '../../../util/loopback.ts';

const candidate = v.strictObject({
  address: v.pipe(v.string(), v.maxLength(45)),
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
  priority: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 32 - 1)),
  foundation: v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]{1,32}$/)),
  type: v.picklist(['host', 'srflx', 'prflx', 'relay']),
});

const defaultMessageSize = 65_536;

const description = v.strictObject({
  ufrag: v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]{4,256}$/)),
  pwd: v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]{22,256}$/)),
  /** SHA-256 of the DTLS certificate, as in RFC 8122. */
  fingerprint: v.pipe(v.string(), v.regex(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)),
  setup: v.picklist(['actpass', 'active', 'passive']),
  /**
   * The largest message that the other side takes: a whole record fits in it. One that is missing, or absurd, is the default
   * (RFC 8841 section 6.1).
   */
  maxMessageSize: v.optional(
    v.fallback(
      v.pipe(v.number(), v.integer(), v.minValue(limits.webrtc.recordBytes), v.maxValue(2 ** 32 - 1)),
      defaultMessageSize,
    ),
    defaultMessageSize,
  ),
  candidates: v.pipe(v.array(candidate), v.maxLength(limits.signalling.candidates)),
});

/** One side's half of a negotiation, candidates included; it crosses the wire as these fields, never as SDP text. */
export type Description = v.InferOutput<typeof description>;
export type Candidate = v.InferOutput<typeof candidate>;

/** A description from the other side. Throws {@link LanpeerError} `ERR_PROTOCOL`. */
export function parseDescription(body: unknown): Description {
  const result = v.safeParse(description, body);
  if (!result.success) throw new LanpeerError('ERR_PROTOCOL', 'A description of a link has an unknown shape.');
  return result.output;
}

/** Unspecified, multicast, reserved and broadcast. */
const useless = new BlockList();
useless.addSubnet('0.0.0.0', 8, 'ipv4');
useless.addSubnet('224.0.0.0', 3, 'ipv4');
useless.addSubnet('::', 128, 'ipv6');
useless.addSubnet('ff00::', 8, 'ipv6');

/** IPv4 in IPv6 clothes. For IPv6 addresses only: an IPv4 address would match as well. */
const mapped = new BlockList();
mapped.addSubnet('::ffff:0:0', 96, 'ipv6');

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 4 ? 'ipv4' : 'ipv6');

/**
 * True for an address that a candidate may name: an IP literal without a zone that is not multicast, broadcast or
 * unspecified, and loopback only if the peer itself is on loopback. Names, `.local` above all, would be looked up.
 */
export function isUsable({ address }: Candidate, remoteAddress: string): boolean {
  const family = familyOf(address);
  if (isIP(address) === 0 || address.includes('%') || useless.check(address, family)) return false;
  if (family === 'ipv6' && mapped.check(address, family)) return false;
  return !isLoopback(address) || isLoopback(remoteAddress);
}

function attribute(sdp: string, name: string): string {
  const found = new RegExp(`^a=${name}:(.*)$`, 'm').exec(sdp)?.[1]?.trim();
  if (found === undefined) throw new LanpeerError('ERR_TRANSPORT', `The local description has no ${name}.`);
  return found;
}

function candidatesOf(sdp: string): Candidate[] {
  return [...sdp.matchAll(/^a=candidate:(\S+) 1 (\S+) (\d+) (\S+) (\d+) typ (\S+)/gm)].flatMap(
    ([, foundation, protocol, priority, address, port, type]) => {
      if (protocol?.toLowerCase() !== 'udp') return [];
      const fields = { foundation, priority: Number(priority), address, port: Number(port), type };
      const result = v.safeParse(candidate, fields);
      return result.success ? [result.output] : [];
    },
  );
}

/** The fields of a local description; candidates that `keep` does not want are left out. */
export function readDescription(sdp: string, keep: (one: Candidate) => boolean): Description {
  const candidates = candidatesOf(sdp).filter(keep).slice(0, limits.signalling.candidates);
  return parseDescription({
    ufrag: attribute(sdp, 'ice-ufrag'),
    pwd: attribute(sdp, 'ice-pwd'),
    fingerprint: attribute(sdp, 'fingerprint')
      .replace(/^sha-256\s+/i, '')
      .toUpperCase(),
    setup: attribute(sdp, 'setup'),
    maxMessageSize: Number(attribute(sdp, 'max-message-size')),
    candidates,
  });
}

/** SDP (RFC 8866, RFC 8841) of one data channel section, for the stack; every field is checked, so nothing can be slipped in. */
export function writeDescription(fields: Description, usable: readonly Candidate[]): string {
  return [
    'v=0',
    'o=- 1 1 IN IP4 0.0.0.0',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    'a=mid:0',
    'a=sctp-port:5000',
    `a=max-message-size:${fields.maxMessageSize}`,
    `a=ice-ufrag:${fields.ufrag}`,
    `a=ice-pwd:${fields.pwd}`,
    `a=fingerprint:sha-256 ${fields.fingerprint}`,
    `a=setup:${fields.setup}`,
    ...usable.map((c) => `a=candidate:${c.foundation} 1 udp ${c.priority} ${c.address} ${c.port} typ ${c.type}`),
    'a=end-of-candidates',
    '',
  ].join('\r\n');
}
