import type { Diagnosis } from '../api/diagnosis.ts';
import type { Facts } from './facts.ts';
import { checkOf, type Finding } from './finding.ts';
import { peerChecks } from './peer/checks.ts';
import { verdictOf } from './verdict.ts';

/** The checks that concern this machine and its network, in the order in which they build upon each other. */
const rules: readonly ((facts: Facts) => Finding)[] = [];

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
