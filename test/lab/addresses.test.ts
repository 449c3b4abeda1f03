import { describe, expect, test } from 'vitest';
import { inNamespace, skipped } from './support/namespace.ts';

describe.skipIf(skipped())('many addresses on one interface', () => {
  test('one socket serves them all, and one packet tells as many of them as a peer would try', () => {
    const printed = inNamespace('"$NODE" test/lab/support/addresses-scenario.ts', 60_000);
    expect(printed.trim().split('\n')).toEqual([
      'addresses 19',
      'sockets 2',
      'announced 1 16, true',
      'found 16',
      'scenario done',
    ]);
  });
});
