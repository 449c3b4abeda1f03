import { describe, expect, test } from 'vitest';
import { inNamespace, skipped } from './support/namespace.ts';

describe.skipIf(skipped())('mDNS where the network misbehaves', () => {
  test('reports a port that is held exclusively, an interface that goes and comes back, also between two checks, and a firewall', () => {
    const printed = inNamespace('"$NODE" test/lab/support/discovery-scenario.ts', 110_000);
    expect(printed.trim().split('\n')).toEqual([
      'held ERR_DISCOVERY true true',
      'fault true',
      'free 192.0.2.1 true',
      'fault null',
      'gone',
      'back',
      'replugged',
      'walled true',
      'unwalled',
      'scenario done',
    ]);
  });
});
