import { describe, expect, test } from 'vitest';
import { inNamespace, skipped } from './support/namespace.ts';

const counters = `
  packets() { nft list counter inet lab "$1" | sed -n 's/.*packets \\([0-9]*\\).*/\\1/p'; }
  echo "uplink $(packets uplink) names $(packets names)"
`;

describe.skipIf(skipped())('in a network namespace with an uplink that counts packets', () => {
  test('a pair on loopback that runs, is killed, reconnects and stops sends nothing there and looks no name up', () => {
    const printed = inNamespace(`"$NODE" test/lab/support/pair-scenario.ts\n${counters}`, 60_000);
    expect(printed).toContain('scenario done');
    expect(printed).toContain('uplink 0 names 0');
  });

  test('the counters would have seen it', () => {
    const send = `"$NODE" -e "
      const dns = require('node:dns');
      new dns.Resolver().setServers;
      const r = new dns.Resolver({ timeout: 200, tries: 1 });
      r.setServers(['198.51.100.1']);
      r.resolve4('stun.example', () => undefined);
      const s = require('node:dgram').createSocket('udp4');
      s.send('x', 9, '203.0.113.1', () => s.close());
    "`;
    const printed = inNamespace(`${send}\n${counters}`, 30_000);
    const [, uplink, names] = /uplink (\d+) names (\d+)/.exec(printed) ?? [];
    expect(Number(uplink)).toBeGreaterThan(0);
    expect(Number(names)).toBeGreaterThan(0);
  });
});
