import { mkdirSync, writeFileSync } from 'node:fs';
import type { NetworkInterfaceInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { kindOf } from '../../../src/adapters/machine/interface-kind.ts';
import { gateways } from '../../../src/adapters/machine/machine-interfaces.ts';
import { systemMachine } from '../../../src/adapters/machine/system-machine.ts';
import { newDirectory } from '../../support/directory.ts';

function write(root: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
}

const entry = (address: string, more: Partial<NetworkInterfaceInfo> = {}): NetworkInterfaceInfo =>
  ({
    address,
    netmask: '',
    family: 'IPv4',
    mac: '02:00:00:00:00:01',
    internal: false,
    cidr: `${address}/24`,
    ...more,
  }) as NetworkInterfaceInfo;

test('interfaces of Linux, those without an address too, and what they are', async () => {
  const root = newDirectory();
  write(root, {
    'proc/net/dev': 'Inter-|\n face |\n  lo: 1\n  eth0: 1\nwlp2s0: 1\n eth1: 0\nhome: 0\n',
    'sys/class/net/lo/operstate': 'unknown\n',
    'sys/class/net/eth0/operstate': 'up\n',
    'sys/class/net/eth0/type': '1\n',
    'sys/class/net/eth1/operstate': 'lowerlayerdown\n',
    'sys/class/net/wlp2s0/wireless/x': '',
    'sys/class/net/home/type': '65534\n',
    'sys/class/net/home/tun_flags': '0x1001\n',
    'run/.containerenv': '',
  });
  const networkInterfaces = () => ({
    lo: [entry('127.0.0.1', { internal: true, cidr: '127.0.0.1/8' })],
    eth0: [entry('192.168.1.7')],
    // An address with a label of its own.
    'eth0:1': [entry('192.168.1.8', { cidr: null })],
    wlp2s0: [entry('fd00::7', { family: 'IPv6', cidr: 'fd00::7/64' } as Partial<NetworkInterfaceInfo>)],
  });
  const machine = systemMachine({ root, networkInterfaces });
  expect(machine.interfaces()).toEqual([
    { name: 'lo', kind: 'loopback', state: 'up', addresses: [{ address: '127.0.0.1', family: 4, prefix: 8 }] },
    {
      name: 'eth0',
      kind: 'wired',
      state: 'up',
      addresses: [
        { address: '192.168.1.7', family: 4, prefix: 24 },
        { address: '192.168.1.8', family: 4, prefix: null },
      ],
    },
    { name: 'wlp2s0', kind: 'wireless', state: 'up', addresses: [{ address: 'fd00::7', family: 6, prefix: 64 }] },
    { name: 'eth1', kind: 'wired', state: 'down', addresses: [] },
    { name: 'home', kind: 'vpn', state: 'unknown', addresses: [] },
  ]);
  const facts = await machine.read(false);
  expect(facts).toMatchObject({ inside: 'container', node: process.versions.node, gateways: [] });
  expect(facts.mdnsPort).toEqual({ holders: null, sharing: 'unknown', avahiDisallows: false });
});

test('a machine that tells nothing of itself', async () => {
  const machine = systemMachine({
    root: newDirectory(),
    networkInterfaces: () => ({ 'Wi-Fi': [entry('192.168.1.7')] }),
  });
  expect(machine.interfaces()).toMatchObject([{ name: 'Wi-Fi', kind: 'wireless', state: 'up' }]);
  expect((await machine.read(false)).inside).toBeNull();
});

test('WSL is known by its kernel', async () => {
  const root = newDirectory();
  write(root, { 'proc/sys/kernel/osrelease': '5.15.0-microsoft-standard-WSL2\n' });
  expect((await systemMachine({ root, networkInterfaces: () => ({}) }).read(false)).inside).toBe('wsl');
});

test.each([
  ['docker0', 'virtual'],
  ['br-0123456789ab', 'virtual'],
  ['vEthernet (WSL)', 'virtual'],
  ['VMware Network Adapter VMnet8', 'virtual'],
  ['utun4', 'vpn'],
  ['tailscale0', 'vpn'],
  ['My WireGuard', 'vpn'],
  ['wlan0', 'wireless'],
  ['br0', 'bridge'],
  ['Ethernet 2', 'wired'],
  ['en0', 'other'],
])('by its name alone %s is %s', (name, kind) => {
  expect(kindOf(name, false, undefined, Number.NaN)).toBe(kind);
});

test('routers are read from the table of routes', async () => {
  const root = newDirectory();
  write(root, {
    'proc/net/route':
      'Iface\tDestination\tGateway\tFlags\neth0\t00000000\t0101A8C0\t3\neth0\t0001A8C0\t00000000\t1\neth1\t00000000\t00000000\t1\n',
  });
  expect(gateways(root)).toEqual(['192.168.1.1']);
});
