import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { printable } from '../../util/printable.ts';

const shown = 8;

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Names of all interfaces, those without an address too, as far as the system tells: Linux does. */
function allNames(): string[] {
  const [, , ...lines] = read('/proc/net/dev').split('\n');
  return lines.map((line) => line.split(':', 1)[0]?.trim() ?? '').filter((name) => name !== '');
}

function describe(name: string, entries: NonNullable<ReturnType<typeof networkInterfaces>[string]>): string {
  const ipv4 = entries.filter(({ family }) => family === 'IPv4').map(({ address }) => address);
  if (ipv4.length > 0) return `${name} has ${ipv4.slice(0, shown).join(', ')}`;
  if (entries.length > 0) return `${name} has IPv6 alone`;
  const state = read(`/sys/class/net/${name}/operstate`).trim();
  return `${name} has no address${/^[a-z]+$/.test(state) ? ` (${state})` : ''}`;
}

/** The interfaces of this machine and their state, for people. */
export function describeInterfaces(): string {
  let present: ReturnType<typeof networkInterfaces>;
  try {
    present = networkInterfaces();
  } catch {
    return 'the interfaces cannot be read';
  }
  const names = [...new Set([...Object.keys(present), ...allNames()])];
  const texts = names.slice(0, shown).map((name) => printable(describe(name, present[name] ?? [])));
  const more = names.length > shown ? `, and ${names.length - shown} more` : '';
  return `${texts.join(', ') || 'there is no interface'}${more}`;
}
