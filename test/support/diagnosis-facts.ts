import type { MachineFacts, MachineInterface } from '../../src/adapters/machine/port.ts';
import type { InterfaceStats } from '../../src/api/devices.ts';
import type { Check, CheckId } from '../../src/api/diagnosis.ts';
import type { Facts, HeardDevice, NodeFacts, PeerLink } from '../../src/diagnosis/facts.ts';
import { judge } from '../../src/diagnosis/judge.ts';
import type { PeerFacts } from '../../src/diagnosis/peer/facts.ts';

/** When all of it was seen. */
export const at = 1_700_000_000_000;

export const ownId = `${'o'.repeat(51)}a`;

export const stats: InterfaceStats = {
  addresses: ['192.168.1.7'],
  packets: 40,
  heardAt: at - 2_000,
  ownHeardAt: at - 1_000,
  offLink: 0,
  fault: null,
  faultKind: null,
};

export const eth0: MachineInterface = {
  name: 'eth0',
  kind: 'wired',
  state: 'up',
  addresses: [
    { address: '192.168.1.7', family: 4, prefix: 24 },
    { address: 'fe80::1', family: 6, prefix: 64 },
  ],
};

export const lo: MachineInterface = {
  name: 'lo',
  kind: 'loopback',
  state: 'up',
  addresses: [{ address: '127.0.0.1', family: 4, prefix: 8 }],
};

export const machine: MachineFacts = {
  interfaces: [lo, eth0],
  mdnsPort: { holders: [], sharing: 'unknown', avahiDisallows: false },
  gateways: ['192.168.1.1'],
  inside: null,
  system: 'Linux 6.1.0 x64',
  node: '24.21.0',
};

export const tablet: HeardDevice = {
  id: `${'t'.repeat(51)}a`,
  name: 'tablet',
  addresses: ['192.168.1.9'],
  port: 40_000,
  source: '192.168.1.9',
  heardAt: at - 500,
  misfit: null,
  hasKey: true,
  hasOurKey: true,
  isPeer: false,
  dials: [{ address: '192.168.1.9', port: 40_000, outcome: 'open' }],
};

export const link: PeerLink = {
  id: tablet.id,
  name: 'tablet',
  address: '192.168.1.9',
  via: 'webrtc',
  takesWebrtc: true,
  forMs: 600_000,
};

export const node: NodeFacts = {
  version: '0.1.0',
  id: ownId,
  port: 49_152,
  onlyLooks: false,
  chosen: null,
  missing: [],
  discovery: { packets: 80, dropped: 0, malformed: 0, refused: 0, interfaces: { eth0: stats } },
  listenedMs: 10_000,
  devices: [tablet],
  peers: [],
  takesWebrtc: true,
  knowsAccess: true,
  copies: [],
  clockJumps: [],
  lateness: { worstMs: 12, sumMs: 30, overMs: 10_000 },
};

/** What is other than on a sound network with one other node. */
export interface Changes {
  readonly machine?: Partial<MachineFacts> | null;
  readonly node?: Partial<NodeFacts>;
  readonly peer?: PeerFacts;
  /** Of mDNS, by interface. */
  readonly mdns?: Readonly<Record<string, Partial<InterfaceStats>>>;
}

export function factsWith(changes: Changes = {}): Facts {
  const interfaces = changes.mdns
    ? Object.fromEntries(Object.entries(changes.mdns).map(([name, one]) => [name, { ...stats, ...one }]))
    : { eth0: stats };
  const discovery = node.discovery && { ...node.discovery, interfaces };
  return {
    at,
    machine: changes.machine === null ? null : { ...machine, ...changes.machine },
    node: { ...node, discovery, ...changes.node },
    peer: changes.peer ?? null,
  };
}

/** The status of a check, and all that it says, on one line. */
export function said(id: CheckId, changes: Changes = {}): string {
  const check: Check | undefined = judge(factsWith(changes)).checks.find((one) => one.id === id);
  if (!check) throw new Error(`there is no check ${id}`);
  return [check.status, check.summary, ...check.evidence, check.next ?? ''].join(' | ');
}
