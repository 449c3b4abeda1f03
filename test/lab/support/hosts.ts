import { execFileSync } from 'node:child_process';
import { atExit } from './at-exit.ts';

/** A network namespace that stands for a machine. */
export interface Host {
  readonly name: string;
  readonly namespace: string;
  /** Its address on each network. */
  readonly addresses: readonly string[];
  /** Words to put before a command so that it runs there. */
  readonly prefix: readonly string[];
  run(program: string, ...args: readonly string[]): string;
}

export type TwoOrMore<T> = readonly [T, T, ...T[]];

/** Hosts joined by one or more bridges, which are in a namespace of their own. Nothing leads out of it. */
export interface Lan {
  readonly hosts: TwoOrMore<Host>;
  /** What that host sends on the first network reaches no other one: isolated Wi-Fi, or a port of a switch for guests. */
  isolate(host: Host): void;
  /** Takes that network's bridge down or up: the interfaces of the hosts do not notice. */
  power(network: number, on: boolean): void;
  remove(): void;
}

let lans = 0;

const run = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const ip = (...args: readonly string[]): string => run('ip', ...args);

function addNamespace(name: string): void {
  ip('netns', 'add', name);
  ip(
    'netns',
    'exec',
    name,
    'sysctl',
    '-qw',
    'net.ipv6.conf.all.disable_ipv6=1',
    'net.ipv6.conf.default.disable_ipv6=1',
  );
  ip('-n', name, 'link', 'set', 'lo', 'up');
}

/** The first network also gets the default route: an interface that lost its address or was down has lost that too. */
export function addRoute(host: Host): void {
  ip('-n', host.namespace, 'route', 'replace', 'default', 'dev', 'lan0');
}

/** Host 1 has the address 10.77.0.1 on network 0, 10.78.0.1 on network 1. Its interfaces are lan0, lan1. */
export function makeLan(count: number, networks = 1): Lan {
  lans += 1;
  // Two runs on one machine must not meet.
  const label = `lanpeer${process.pid}x${lans}`;
  const bridges = `${label}bridges`;
  const made: string[] = [];
  const remove = (): void => {
    forget();
    for (const name of made.splice(0)) ip('netns', 'del', name);
  };
  const forget = atExit(remove);
  const add = (name: string): void => {
    addNamespace(name);
    made.push(name);
  };
  const all = Array.from({ length: networks }, (_, network) => network);

  add(bridges);
  for (const network of all) {
    // Without snooping multicast goes to every port, as on a plain switch.
    ip('-n', bridges, 'link', 'add', `br${network}`, 'type', 'bridge', 'mcast_snooping', '0');
    ip('-n', bridges, 'link', 'set', `br${network}`, 'up');
  }
  const makeHost = (at: number): Host => {
    const namespace = `${label}host${at + 1}`;
    add(namespace);
    const addresses = all.map((network) => {
      const [address, near, far] = [`10.${77 + network}.0.${at + 1}`, `lan${network}`, `p${network}x${at + 1}`];
      // Not called veth: werift passes over interfaces of that name.
      ip('-n', bridges, 'link', 'add', far, 'type', 'veth', 'peer', 'name', near, 'netns', namespace);
      ip('-n', bridges, 'link', 'set', far, 'master', `br${network}`, 'up');
      ip('-n', namespace, 'addr', 'add', `${address}/24`, 'dev', near);
      ip('-n', namespace, 'link', 'set', near, 'up');
      return address;
    });
    const prefix = ['ip', 'netns', 'exec', namespace];
    const host: Host = {
      name: `host${at + 1}`,
      namespace,
      addresses,
      prefix,
      run: (program, ...args) => ip('netns', 'exec', namespace, program, ...args),
    };
    addRoute(host);
    return host;
  };
  const [first, second] = [makeHost(0), makeHost(1)];
  const others = Array.from({ length: count - 2 }, (_, at) => makeHost(at + 2));
  return {
    hosts: [first, second, ...others],
    isolate(host) {
      const port = `p0x${made.indexOf(host.namespace)}`;
      ip('-n', bridges, 'link', 'set', port, 'type', 'bridge_slave', 'isolated', 'on');
    },
    power: (network, on) => void ip('-n', bridges, 'link', 'set', `br${network}`, on ? 'up' : 'down'),
    remove,
  };
}
