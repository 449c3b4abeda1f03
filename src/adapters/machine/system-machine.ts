import { existsSync, readFileSync } from 'node:fs';
import { arch, release, type, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Interfaces } from '../../util/interfaces.ts';
import { gateways, machineInterfaces } from './machine-interfaces.ts';
import type { Machine, MachineFacts } from './port.ts';

export interface SystemMachineOptions {
  /** Where the directories `proc`, `sys` and `etc` of Linux are; default: `/`. */
  readonly root?: string;
  /** As `os.networkInterfaces`. */
  readonly networkInterfaces?: () => Interfaces;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** What this process runs in that has a network of its own. */
function insideOf(root: string): MachineFacts['inside'] {
  if (/microsoft/i.test(textOf(join(root, 'proc/sys/kernel/osrelease')))) return 'wsl';
  const marks = ['.dockerenv', 'run/.containerenv', 'run/systemd/container'];
  return marks.some((mark) => existsSync(join(root, mark))) ? 'container' : null;
}

/** A user without an entry in the list of users has no name. */
function ownUser(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? '');
  }
}

/** The machine that this process runs on; most of its code is loaded by who looks. */
export function systemMachine({ root = '/', networkInterfaces }: SystemMachineOptions = {}): Machine {
  const interfaces = (): ReturnType<Machine['interfaces']> => machineInterfaces(root, networkInterfaces);
  return {
    interfaces,
    async read(tryPort) {
      const { readMdnsPort } = await import('./mdns-port.ts');
      return {
        interfaces: interfaces(),
        mdnsPort: await readMdnsPort(root, ownUser(), tryPort),
        gateways: gateways(root),
        inside: insideOf(root),
        system: `${type()} ${release()} ${arch()}`,
        node: process.versions.node,
      };
    },
    dial: async (address, port, signal) => (await import('./tcp-dial.ts')).tcpDial(address, port, signal),
  };
}
