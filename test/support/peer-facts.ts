import type { Reached } from '../../src/adapters/signalling/port.ts';
import type { Facts, NodeFacts } from '../../src/diagnosis/facts.ts';
import type { Finding } from '../../src/diagnosis/finding.ts';
import { peerChecks } from '../../src/diagnosis/peer/checks.ts';
import type { DatagramsExchanged, PeerFacts } from '../../src/diagnosis/peer/facts.ts';
import { limits } from '../../src/limits.ts';

const { sizes, rounds } = limits.probes;
export const own = 'a'.repeat(52);
export const id = 'b'.repeat(52);

/** Of each of the first so many sizes that many came. */
export const heard = (count: number = sizes.length): DatagramsExchanged['there']['heard'] =>
  sizes.slice(0, count).map((bytes) => [bytes, rounds]);

export const way = (some: Partial<DatagramsExchanged['there']> = {}): DatagramsExchanged['there'] => ({
  heard: heard(),
  sent: 24,
  errno: null,
  ...some,
});

export const reached = (some: Partial<Reached> = {}): Reached => ({
  tcp: 'open',
  tls: 'expected',
  id,
  ms: 2.4,
  errno: null,
  ...some,
});

export const at = (address: string, some: Partial<Reached> | null = {}) => ({
  address,
  port: 4_711,
  reached: some && reached(some),
});

/** Not one that a dial came to. */
export const notOpen = (tcp: Reached['tcp'], errno: string | null = null): Partial<Reached> => ({
  tcp,
  tls: null,
  id: null,
  errno,
});

/** A peer with which all is well. */
export const sound: PeerFacts = {
  target: id,
  ownId: own,
  isPortFixed: true,
  id,
  name: 'Bertha',
  heard: { source: '192.0.2.2', ageMs: 2_000, port: 4_711, version: 2, misfit: null },
  addresses: [at('192.0.2.2')],
  session: { address: '192.0.2.2', opener: 'local', keyed: true },
  refusal: null,
  dialedBack: { result: { tcp: 'open', tls: 'expected', ms: 3 } },
  datagrams: { result: { there: way(), back: way(), knocks: rounds } },
  via: 'webrtc',
  takesWebrtc: true,
  tried: null,
};

/** Of a device that was not reached. */
export const unreached: Partial<PeerFacts> = {
  session: null,
  dialedBack: null,
  datagrams: null,
  via: null,
  takesWebrtc: null,
};

/** The checks of a peer that differs so from one with which all is well, by id. */
export function checksOf(peer: Partial<PeerFacts>, node: Partial<NodeFacts> = {}, machine: Facts['machine'] = null) {
  const facts = {
    machine,
    node: { id: own, port: 4_712, discovery: {}, listenedMs: 10_000, takesWebrtc: true, knowsAccess: true, ...node },
  } as unknown as Facts;
  const findings = peerChecks({ ...sound, ...peer }, facts);
  return {
    faults: findings.filter(({ status }) => status === 'fault').map((one) => one.id),
    unknown: findings.filter(({ status }) => status === 'unknown').map((one) => one.id),
    of(which: Finding['id']): Finding {
      const found = findings.find((one) => one.id === which);
      if (!found) throw new Error(`no check ${which}`);
      return found;
    },
    /** All that is said. */
    text: findings.map(({ summary, evidence, next = '' }) => [summary, ...evidence, next].join('\n')).join('\n'),
  };
}
