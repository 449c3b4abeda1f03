import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CheckId, makeNetworkKey } from '../../src/index.ts';
import { allOf, type Examined, examine } from './support/doctor.ts';
import { addFirewall, lossy } from './support/firewall.ts';
import type { Host } from './support/hosts.ts';
import { type Lab, withLab } from './support/lab.ts';
import type { LabNode } from './support/lab-node.ts';
import { skipped } from './support/namespace.ts';

const port = '47110';
const noUdpIn = { in: ['iifname != "lo" udp dport != 5353 drop'] };
const noTcpIn = (how: string) => ({ in: [`iifname != "lo" tcp flags & (syn | ack) == syn ${how}`] });

/** The doctor on a host, asked about the node on the other one after something was done to the network. */
async function ask(
  act: (lab: Lab, asker: Host, other: Host, node: LabNode) => void,
  more: readonly string[] = [],
  ofNode: readonly string[] = [],
): Promise<Examined & { readonly ofPeer: readonly CheckId[] }> {
  let examined: Examined | undefined;
  await withLab({ hosts: 2 }, async (lab) => {
    const [asker, other] = lab.hosts;
    const node = await lab.start(other, ['--port', port, ...ofNode]);
    act(lab, asker, other, node);
    const key = more.includes('--key-file') ? [] : ['--key-file', lab.keyFile];
    examined = await examine(asker, [
      node.id,
      '--wait',
      '6',
      ...key,
      ...more.map((word) => word.replace('DIR', lab.directory)),
    ]);
  });
  if (!examined) throw new Error('nothing was examined');
  return { ...examined, ofPeer: examined.faults.filter((id) => id.startsWith('peer-')) };
}

describe.skipIf(skipped())('lanpeer doctor PEER names what lies between the two', { concurrent: true }, () => {
  test('nothing does', async () => {
    // What this machine is busy with beside it is no matter of the peer.
    const { diagnosis } = await ask(() => undefined);
    const ofPeer = diagnosis.checks.filter(({ id }) => id.startsWith('peer-'));
    expect(ofPeer.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 'ok'));
  });

  test('a network that loses one packet in twenty each way', async () => {
    const { ofPeer } = await ask((_, asker) => lossy(asker, 5));
    expect(ofPeer).toEqual([]);
  });

  test('UDP that does not come in here', async () => {
    const { code, ofPeer, check } = await ask((_, asker) => addFirewall(asker, noUdpIn));
    expect([code, ofPeer]).toEqual([1, ['peer-udp', 'peer-webrtc']]);
    expect(check('peer-udp').summary).toMatch(/^UDP passes to host2 .*, and none comes back\. TLS carries the link/);
    expect(check('peer-udp').next).toMatch(/firewall of this device/);
    expect(check('peer-webrtc').evidence[0]).toMatch(/10\.77\.0\.1:\d+ to 10\.77\.0\.2:\d+: no answer/);
  });

  test('UDP that does not come in there', async () => {
    const { code, ofPeer, check } = await ask((_, __, other) => addFirewall(other, noUdpIn));
    expect([code, ofPeer]).toEqual([1, ['peer-udp', 'peer-webrtc']]);
    expect(check('peer-udp').summary).toMatch(/^UDP from host2 .* arrives, and none gets there/);
    expect(check('peer-webrtc').evidence[0]).toMatch(/10\.77\.0\.1:\d+ to 10\.77\.0\.2:\d+: /);
  });

  test('UDP that passes in neither direction', async () => {
    const { code, ofPeer, check } = await ask((_, ...hosts) => {
      for (const host of hosts.slice(0, 2) as Host[]) addFirewall(host, noUdpIn);
    });
    expect([code, ofPeer]).toEqual([1, ['peer-udp', 'peer-webrtc']]);
    expect(check('peer-udp').summary).toMatch(/^No UDP passes .* in either direction/);
  });

  test('UDP that a firewall here does not let out, and says so', async () => {
    const { code, check } = await ask((_, asker) =>
      addFirewall(asker, { out: ['oifname != "lo" udp dport != 5353 drop'] }),
    );
    expect(code).toBe(1);
    expect(check('peer-udp').summary).toMatch(/^A firewall of this machine lets no UDP out to host2 .* \(EPERM\)/);
  });

  test.each([
    ['drop', /is not answered/],
    ['reject with tcp reset', /is refused/],
  ])('TCP that does not come in here: %s', async (how, summary) => {
    const { code, ofPeer, check } = await ask((_, asker) => addFirewall(asker, noTcpIn(how)), ['--port', '47111']);
    expect([code, ofPeer]).toEqual([1, ['peer-back']]);
    expect(check('peer-back').summary).toMatch(summary);
    expect(check('peer-back').next).toMatch(/Allow TCP port 47111 in the firewall of this device/);
  });

  test('TCP that does not come in there', async () => {
    const { code, ofPeer, check } = await ask((_, __, other) => addFirewall(other, noTcpIn('drop')));
    expect([code, ofPeer]).toEqual([1, ['peer-tcp']]);
    expect(allOf(check('peer-tcp'))).toMatch(/10\.77\.0\.2:47110: timed out.*ufw allow 47110\/tcp/);
    // None of that was asked, and nothing of it looks like a no.
    for (const id of ['peer-id', 'peer-access', 'peer-back', 'peer-udp', 'peer-mtu', 'peer-webrtc'] as const)
      expect(check(id).status).toBe('unknown');
  });

  test('a path with a small MTU that drops fragments and says nothing', async () => {
    const { code, ofPeer, check } = await ask((_, asker, other) => {
      other.run('ip', 'link', 'set', 'lan0', 'mtu', '1300');
      asker.run(
        'nft',
        'table inet path { chain in { type filter hook prerouting priority -450; ip frag-off & 0x3fff != 0 drop; }; }',
      );
    });
    expect(code).toBe(1);
    expect(ofPeer).toContain('peer-mtu');
    expect(ofPeer).not.toContain('peer-udp');
    expect(check('peer-mtu').summary).toMatch(/^Large packets are lost on the way .*: those of 1280 bytes pass/);
  });

  test('another network key', async () => {
    const { code, ofPeer, check } = await ask(
      (lab) => writeFileSync(join(lab.directory, 'other'), makeNetworkKey(), { mode: 0o600 }),
      ['--key-file', 'DIR/other'],
    );
    expect([code, ofPeer]).toEqual([1, ['peer-access']]);
    expect(check('peer-access').summary).toMatch(/^host2 .*The network keys differ/);
    expect(check('peer-id').status).toBe('ok');
  });

  test('an allow-list there', async () => {
    const { code, ofPeer, check } = await ask(() => undefined, [], ['--allow', 'a'.repeat(52)]);
    // Asked without an identity of its own, the doctor does not know what the list says of this device.
    expect([code, ofPeer]).toEqual([3, []]);
    expect(check('peer-access').summary).toMatch(/does not let this id in, which is not that of this device/);
  });
});
