import type { Diagnosis } from '../api/diagnosis.ts';
import { checkAccess } from './checks/access.ts';
import { checkIdentity } from './checks/identity.ts';
import { checkInterfaces } from './checks/interfaces.ts';
import { checkMdnsPort } from './checks/mdns-port.ts';
import { checkMulticast } from './checks/multicast.ts';
import { checkNetwork } from './checks/network.ts';
import { checkOthers } from './checks/others.ts';
import { checkClock, checkEventLoop, checkVersions } from './checks/process.ts';
import { checkTcp } from './checks/tcp.ts';
import { checkUdp } from './checks/udp.ts';
import type { Facts } from './facts.ts';
import { checkOf, type Finding } from './finding.ts';
import { peerChecks } from './peer/checks.ts';
import { verdictOf } from './verdict.ts';

/** The checks that concern this machine and its network, in the order in which they build upon each other. */
const rules: readonly ((facts: Facts) => Finding)[] = [
  checkNetwork,
  checkInterfaces,
  checkMdnsPort,
  checkMulticast,
  checkOthers,
  checkAccess,
  checkTcp,
  checkUdp,
  checkIdentity,
  checkClock,
  checkEventLoop,
  checkVersions,
];

/** Judges what was seen. No I/O: the same facts are always judged the same. */
export function judge(facts: Facts): Diagnosis {
  const { at, node, peer } = facts;
  const findings = [...rules.map((rule) => rule(facts)), ...(peer ? peerChecks(peer, facts) : [])];
  return {
    ...verdictOf(findings),
    checks: findings.map(checkOf),
    peer: peer?.target ?? null,
    listenedMs: node.listenedMs,
    at,
  };
}
