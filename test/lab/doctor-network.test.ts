import { describe, expect, test } from 'vitest';
import { missingAvahi, startAvahi } from './support/avahi.ts';
import { allOf, examine } from './support/doctor.ts';
import { withLab } from './support/lab.ts';
import { skipped } from './support/namespace.ts';

describe.skipIf(skipped())('lanpeer doctor names what the network does', { concurrent: true }, () => {
  test('it keeps devices apart', () =>
    withLab({ hosts: 2 }, async (lab) => {
      const [host, other] = lab.hosts;
      for (const one of lab.hosts) lab.isolate(one);
      await lab.start(other);
      const { code, diagnosis, check } = await examine(host, ['--key-file', lab.keyFile]);
      expect([code, diagnosis.cause]).toEqual([3, 'others']);
      expect(check('multicast').status).toBe('ok');
      expect(diagnosis.verdict).toMatch(/No other device is heard by mDNS at all, and what this node sends comes back/);
      expect(diagnosis.verdict).toMatch(
        /keeps devices apart.*Wi-Fi.*IGMP snooping.*lanpeer doctor ADDRESS:PORT \(this device is at 10\.77\.0\.1/,
      );
    }));

  test.skipIf(skipped(missingAvahi))('it carries mDNS, and no lanpeer node is there', () =>
    withLab({ hosts: 2 }, async ({ hosts: [host, other] }) => {
      const avahi = await startAvahi(other);
      try {
        await avahi.publish('printer', '_ipp._tcp', 631);
        const { code, diagnosis } = await examine(host);
        expect([code, diagnosis.cause]).toEqual([3, 'others']);
        expect(diagnosis.verdict).toMatch(/the network is fine, and no lanpeer node is among them.*\(10\.77\.0\.1\)/);
      } finally {
        await avahi.stop();
      }
    }),
  );

  test('the address of this machine has no neighbours', () =>
    withLab({ hosts: 2 }, async (lab) => {
      const [host, other] = lab.hosts;
      host.run('ip', 'addr', 'flush', 'dev', 'lan0');
      host.run('ip', 'addr', 'add', '10.77.0.1/32', 'dev', 'lan0');
      host.run('ip', 'route', 'add', '10.77.0.0/24', 'dev', 'lan0');
      await lab.start(other);
      const { code, diagnosis } = await examine(host, ['--key-file', lab.keyFile]);
      expect([code, diagnosis.cause]).toEqual([1, 'others']);
      expect(diagnosis.verdict).toMatch(/only from outside of the subnets.*An address with \/32 has no neighbours/);
    }));

  test.skipIf(skipped(missingAvahi)).each([
    ['mDNS on, and no TCP', 0],
    ['both on', 1],
  ])('a router passes %s', (_, forwards) =>
    withLab({ hosts: 3, networks: 2 }, async (lab) => {
      const [first, second, router] = lab.hosts;
      if (!router) throw new Error('three hosts were asked for');
      first.run('ip', 'link', 'del', 'lan1');
      second.run('ip', 'link', 'del', 'lan0');
      first.run('ip', 'route', 'replace', 'default', 'via', '10.77.0.3');
      second.run('ip', 'route', 'replace', 'default', 'via', '10.78.0.3');
      router.run('sysctl', '-qw', `net.ipv4.ip_forward=${forwards}`);
      const avahi = await startAvahi(router, { reflects: true });
      try {
        const node = await lab.start(second);
        const { code, diagnosis, check } = await examine(first, ['--key-file', lab.keyFile]);
        const seen = allOf(check('tcp'));
        expect(seen).toMatch(/10\.77\.0\.3:\d+: refused/);
        if (forwards === 1) {
          expect([code, diagnosis.status], seen).toEqual([0, 'ok']);
          return;
        }
        expect([code, diagnosis.cause]).toEqual([1, 'tcp']);
        expect(seen).toMatch(/a reflector.*10\.78\.0\.2:\d+: no answer.*Let the router pass TCP to 10\.78\.0\.2/);
        expect(seen).toContain(`port ${node.port}`);
      } finally {
        await avahi.stop();
      }
    }),
  );

  test('it is sound, and a VPN and containers are beside it', () =>
    withLab({ hosts: 2 }, async (lab) => {
      const [host, other] = lab.hosts;
      for (const one of lab.hosts)
        for (const [name, address] of [
          ['docker0', '172.17.0.1/16'],
          ['tun0', '10.8.0.2/24'],
        ] as const) {
          one.run('ip', 'link', 'add', name, 'type', 'veth', 'peer', 'name', `${name}end`);
          one.run('ip', 'link', 'set', `${name}end`, 'up');
          one.run('ip', 'addr', 'add', address, 'dev', name);
          one.run('ip', 'link', 'set', name, 'up');
        }
      // A tunnel that carries no multicast.
      host.run('ip', 'link', 'set', 'tun0', 'multicast', 'off');
      await lab.start(other);
      const { code, diagnosis, check, faults } = await examine(host, ['--key-file', lab.keyFile]);
      expect(faults).toEqual([]);
      expect([code, diagnosis.status]).toEqual([0, 'ok']);
      expect(allOf(check('interfaces'))).toMatch(/docker0 \(containers.*\).*most likely noise.*tun0 \(a VPN\).*noise/);
    }));
});
