import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Interfaces, readInterfaces } from '../../util/interfaces.ts';
import { kindOf } from './interface-kind.ts';
import type { MachineInterface } from './port.ts';

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

/** Names of all interfaces, those without an address too, as far as the system tells: Linux does. */
function allNames(root: string): string[] {
  const [, , ...lines] = read(join(root, 'proc/net/dev')).split('\n');
  return lines.map((line) => line.split(':', 1)[0]?.trim() ?? '').filter((name) => name !== '');
}

/** Linux names further addresses of `eth0` `eth0:1` if they were given a label. */
const interfaceOf = (label: string): string => label.split(':', 1)[0] ?? label;

/** What is listed with an address is up. */
function stateOf(folder: string, hasAddress: boolean): MachineInterface['state'] {
  const state = read(join(folder, 'operstate'));
  if (state === 'down' || state === 'lowerlayerdown' || state === 'notpresent') return 'down';
  return state === 'up' || hasAddress ? 'up' : 'unknown';
}

/**
 * The interfaces of a machine, with what they are.
 * @param root Where the directories `proc` and `sys` are.
 */
export function machineInterfaces(
  root: string,
  interfaces: () => Interfaces = readInterfaces,
): readonly MachineInterface[] {
  const entries = Object.entries(interfaces()).map(([label, list]) => [interfaceOf(label), list ?? []] as const);
  const names = new Set([...entries.map(([name]) => name), ...allNames(root)]);
  return [...names].map((name) => {
    const folder = join(root, 'sys/class/net', name);
    const type = read(join(folder, 'type'));
    const found = entries.filter(([one]) => one === name).flatMap(([, list]) => list);
    return {
      name,
      kind: kindOf(
        name,
        found.some(({ internal }) => internal),
        folder,
        type === '' ? Number.NaN : Number(type),
      ),
      state: stateOf(folder, found.length > 0),
      addresses: found.map(({ address, family, cidr }) => ({
        address,
        family: family === 'IPv4' ? (4 as const) : (6 as const),
        prefix: cidr === null ? null : Number(cidr.split('/')[1]),
      })),
    };
  });
}

/** The routers that packets to elsewhere go to, as far as the system tells: Linux does. */
export function gateways(root: string): readonly string[] {
  const [, ...lines] = read(join(root, 'proc/net/route')).split('\n');
  return lines.flatMap((line) => {
    // Interface, destination, gateway: in hexadecimal digits, the last byte of an address first.
    const [, destination, gateway = ''] = line.split('\t');
    if (destination !== '00000000' || gateway === '00000000' || !/^[0-9A-F]{8}$/.test(gateway)) return [];
    return [Buffer.from(gateway, 'hex').reverse().join('.')];
  });
}
