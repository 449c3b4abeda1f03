import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/diagnosis/judge.ts';
import { at, type Changes, factsWith, lo, tablet } from '../../support/diagnosis-facts.ts';

const judged = (changes?: Changes) => judge(factsWith(changes));

describe('what the checks add up to', () => {
  it('nothing is wrong', () => {
    const diagnosis = judged();
    expect(diagnosis).toMatchObject({ status: 'ok', cause: null, peer: null, listenedMs: 10_000, at });
    expect(diagnosis.verdict).toMatch(/^Nothing was found/);
    expect(diagnosis.checks.map(({ id }) => id)).toEqual([
      'network',
      'interfaces',
      'mdns-port',
      'multicast',
      'others',
      'access',
      'tcp',
      'udp',
      'identity',
      'clock',
      'event-loop',
      'versions',
    ]);
  });

  it('is plain JSON, the same after it was sent', () => {
    const diagnosis = judged({ node: { devices: [{ ...tablet, misfit: 'key' }] } });
    expect(JSON.parse(JSON.stringify(diagnosis))).toEqual(diagnosis);
    for (const check of diagnosis.checks) expect(check).not.toHaveProperty('essential');
  });

  it('the likeliest cause comes first, with what to do, and the others after it', () => {
    const diagnosis = judged({
      machine: { interfaces: [lo] },
      node: { devices: [], clockJumps: [{ ageMs: 1, byMs: 5_000 }], missing: ['eth7'] },
      mdns: {},
    });
    expect([diagnosis.status, diagnosis.cause]).toEqual(['fault', 'network']);
    expect(diagnosis.verdict).toMatch(
      /^This machine has no interface.*Connect this machine.* Also: Chosen and not there: eth7.*The clock jumped/,
    );
  });

  it('a fault of this machine comes before that of a device', () => {
    const mdns = { eth0: { fault: 'x', faultKind: 'outgoing-blocked' as const } };
    expect(judged({ mdns, node: { devices: [{ ...tablet, misfit: 'key' }] } }).cause).toBe('multicast');
  });

  it('what was not looked at decides only where nothing can be said without it', () => {
    // No key was said, no peer is connected: the network is as it should be all the same.
    expect(judged({ node: { knowsAccess: false, peers: [], id: null } }).status).toBe('ok');
    const { status, cause, verdict } = judged({ node: { devices: [] } });
    expect([status, cause]).toEqual(['unknown', 'others']);
    expect(verdict).toMatch(/^mDNS of other devices is heard.*Look whether lanpeer runs/);
    expect(judged({ node: { discovery: null, devices: [] } }).status).toBe('unknown');
  });

  it('a machine of which nothing is known is judged by what its node knows', () => {
    expect(judged({ machine: null }).status).toBe('ok');
  });
});
