import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { missingAvahi, startAvahi } from './support/avahi.ts';
import { allOf, examine } from './support/doctor.ts';
import { addFirewall } from './support/firewall.ts';
import type { Host } from './support/hosts.ts';
import { withLab } from './support/lab.ts';
import { skipped } from './support/namespace.ts';

/** On the first of two hosts. */
const onHost = (use: (host: Host, other: Host) => Promise<void>): Promise<void> =>
  withLab({ hosts: 2 }, ({ hosts: [host, other] }) => use(host, other));

/** A program there that has UDP port 5353; returns what ends it. */
async function holdPort({ prefix }: Host, options: string): Promise<() => Promise<unknown>> {
  const script = `require('node:dgram').createSocket({ type: 'udp4', ${options} })
    .bind({ port: 5353, exclusive: true }, () => console.log('bound'))`;
  const [program = '', ...words] = [...prefix, process.execPath, '-e', script];
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return () => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    return ended;
  };
}

describe.skipIf(skipped())('lanpeer doctor names what is wrong with this machine', { concurrent: true }, () => {
  test('there is no interface but loopback', () =>
    onHost(async (host) => {
      host.run('ip', 'link', 'del', 'lan0');
      const { code, diagnosis, check } = await examine(host, ['--wait', '2']);
      expect([code, diagnosis.cause]).toEqual([1, 'network']);
      expect(allOf(check('network'))).toMatch(/no interface but loopback, so only this computer is reached/);
    }));

  test('the cable is out', () =>
    onHost(async (host) => {
      host.run('ip', 'link', 'set', 'lan0', 'down');
      const { code, diagnosis, check } = await examine(host, ['--wait', '2']);
      expect([code, diagnosis.cause]).toEqual([1, 'network']);
      expect(allOf(check('network'))).toMatch(/lan0 \(wired\) is down.*Plug in the cable/);
    }));

  test('there is IPv6 alone', () =>
    onHost(async (host) => {
      host.run('sysctl', '-qw', 'net.ipv6.conf.lan0.disable_ipv6=0');
      host.run('ip', 'addr', 'flush', 'dev', 'lan0');
      host.run('ip', 'addr', 'add', 'fd00:77::1/64', 'dev', 'lan0', 'nodad');
      const { code, diagnosis, check } = await examine(host, ['--wait', '2']);
      expect([code, diagnosis.cause]).toEqual([1, 'network']);
      expect(allOf(check('network'))).toMatch(/IPv6 alone and no IPv4 address.*lan0 \(wired\) has IPv6 alone/);
    }));

  test('DHCP gave no address', () =>
    onHost(async (host) => {
      host.run('ip', 'addr', 'flush', 'dev', 'lan0');
      host.run('ip', 'addr', 'add', '169.254.7.7/16', 'dev', 'lan0');
      const { code, diagnosis } = await examine(host);
      expect([code, diagnosis.cause]).toEqual([1, 'network']);
      expect(diagnosis.verdict).toMatch(/has given itself an address \(169\.254\.7\.7\): no DHCP server did/);
    }));

  test.each([
    ['eth7', /Chosen and not there: eth7\. .*lan0 \(wired\) has 10\.77\.0\.1.*by its name/],
    ['192.0.2.7', /Chosen and not there: 192\.0\.2\.7\..*DHCP/],
  ])('the chosen interface is not there: %s', (name, text) =>
    onHost(async (host) => {
      const { code, diagnosis, check } = await examine(host, ['--wait', '2', '--interface', name]);
      expect([code, diagnosis.cause]).toEqual([1, 'interfaces']);
      expect(allOf(check('interfaces'))).toMatch(text);
    }),
  );

  test('there is a VPN alone', () =>
    onHost(async (host) => {
      host.run('ip', 'link', 'del', 'lan0');
      host.run('ip', 'link', 'add', 'wg0', 'type', 'veth', 'peer', 'name', 'wire');
      host.run('ip', 'link', 'set', 'wire', 'up');
      host.run('ip', 'addr', 'add', '10.8.0.2/24', 'dev', 'wg0');
      host.run('ip', 'link', 'set', 'wg0', 'multicast', 'on', 'up');
      host.run('ip', 'route', 'add', 'default', 'dev', 'wg0');
      const { code, diagnosis } = await examine(host, ['--wait', '3']);
      expect([code, diagnosis.cause]).toEqual([1, 'interfaces']);
      expect(diagnosis.verdict).toMatch(/The only network here is wg0: a VPN/);
    }));

  test.each([
    ['exclusively', 'reuseAddr: false', /held exclusively/],
    ['by SO_REUSEPORT alone', 'reusePort: true', /shared by SO_REUSEPORT alone/],
  ])('a program has UDP port 5353 %s', (_, options, text) =>
    onHost(async (host) => {
      const free = await holdPort(host, options);
      try {
        const { code, diagnosis, check } = await examine(host, ['--wait', '3']);
        expect([code, diagnosis.cause]).toEqual([1, 'mdns-port']);
        expect(allOf(check('mdns-port'))).toMatch(text);
        expect(diagnosis.verdict).toMatch(
          /held by \w+ \(pid \d+\), which does not share it.*connect to an address works/,
        );
      } finally {
        await free();
      }
    }),
  );

  test.skipIf(skipped(missingAvahi))('Avahi does not share UDP port 5353', () =>
    onHost(async (host) => {
      const avahi = await startAvahi(host, { disallowsOthers: true });
      try {
        const { code, diagnosis, check } = await examine(host, ['--wait', '3']);
        expect([code, diagnosis.cause]).toEqual([1, 'mdns-port']);
        expect(diagnosis.verdict).toMatch(/held by avahi-daemon \(pid \d+\).*Set disallow-other-stacks=no/);
        expect(allOf(check('mdns-port'))).toMatch(/disallow-other-stacks=yes/);
      } finally {
        await avahi.stop();
      }
    }),
  );

  test('a firewall lets no mDNS out', () =>
    onHost(async (host) => {
      addFirewall(host, { out: ['udp dport 5353 drop'] });
      const { code, diagnosis } = await examine(host, ['--wait', '3']);
      expect([code, diagnosis.cause]).toEqual([1, 'multicast']);
      expect(diagnosis.verdict).toMatch(
        /does not let mDNS out on lan0 \(EPERM\).*ufw allow out 5353\/udp.*firewall-cmd/,
      );
    }));

  test('a firewall lets no mDNS in', () =>
    onHost(async (host) => {
      addFirewall(host, { in: ['udp dport 5353 drop'] });
      const { code, diagnosis } = await examine(host);
      expect([code, diagnosis.cause]).toEqual([1, 'multicast']);
      expect(diagnosis.verdict).toMatch(/blocks incoming UDP port 5353.*ufw allow in 5353\/udp.*--add-service=mdns/);
    }));
});
