import type { IdentityStore } from '../../adapters/identity/port.ts';
import type { LanpeerNode } from '../../api/node.ts';
import type { ConnectionChange, Peer } from '../../api/peers.ts';
import type { Clock } from '../../environment.ts';
import { LanpeerError } from '../../errors.ts';
import { base32Alphabet } from '../../util/base32.ts';
import type { MemoryNetwork } from '../memory-network.ts';
import { createHostClock, type HostClock } from './host-clock.ts';
import type { Seeded } from './seeded.ts';

/** A machine on the simulated network, with one node after the other. */
export interface Host {
  readonly at: number;
  readonly id: string;
  readonly address: string;
  run: Run | undefined;
  runs: number;
  /** When a run ended last; undefined for never. */
  endedAt: number | undefined;
  endedBy: 'process' | 'power' | 'stop' | undefined;
  /** Its state directory cannot be read. */
  broken: boolean;
}

/** One run of a node. */
export interface Run {
  readonly name: string;
  readonly host: Host;
  readonly node: LanpeerNode;
  readonly clock: HostClock;
  readonly bornAt: number;
  /** Hosts that this run parted from on purpose, or they from it. */
  readonly parted: Set<number>;
  peers: ReadonlyMap<string, Peer>;
  /** It may be told to do something. */
  up: boolean;
  endedAt: number | undefined;
  /** Until when its own time went wrong: it cannot be blamed for what it notices late. */
  disturbedUntil: number;
}

export interface Hosts {
  readonly all: readonly Host[];
  readonly live: readonly Run[];
  find(id: string): Host | undefined;
  start(host: Host): void;
  /** Asks it to stop, and lets it. */
  stop(run: Run): void;
  kill(run: Run, by: 'process' | 'power'): void;
}

export interface HostsOptions {
  readonly count: number;
  readonly base: Clock;
  readonly chance: Seeded;
  readonly network: MemoryNetwork;
  readonly networkKey: string;
  readonly now: () => number;
  /** Called for each new run before it starts. */
  readonly watch: (run: Run) => void;
  readonly note: (what: string) => void;
}

export const addressOfHost = (at: number): string => `192.0.2.${at + 1}`;

export function createHosts(options: HostsOptions): Hosts {
  const { count, base, chance, network, networkKey, now, watch, note } = options;
  const makeId = (): string => `${Array.from({ length: 51 }, () => base32Alphabet[chance.between(0, 31)]).join('')}a`;
  const all: Host[] = Array.from({ length: count }, (_, at) => ({
    at,
    id: makeId(),
    address: addressOfHost(at),
    run: undefined,
    runs: 0,
    endedAt: undefined,
    endedBy: undefined,
    broken: false,
  }));

  function identityOf(host: Host): IdentityStore {
    const { id } = host;
    const random = Array.from({ length: 16 }, () => 'abcdef0123456789'[chance.between(0, 15)]).join('');
    return {
      open() {
        if (host.broken) return Promise.reject(new LanpeerError('ERR_STATE_DIR'));
        const instance = { counter: 1_000 + host.runs, random };
        return Promise.resolve({
          id,
          instance,
          privateKeyPem: '',
          certificatePem: '',
          release: () => Promise.resolve(),
        });
      },
    };
  }

  function end(run: Run, by: NonNullable<Host['endedBy']>): void {
    run.host.endedBy = by;
    run.up = false;
    run.endedAt = now();
    run.host.endedAt = now();
  }

  return {
    all,
    get live() {
      return all.flatMap(({ run }) => (run?.up ? [run] : []));
    },
    find: (id) => all.find((host) => host.id === id),
    start(host) {
      if (host.run) return;
      host.runs += 1;
      const clock = createHostClock(base, chance.random);
      const { address } = host;
      const name = `${host.at}.${host.runs}`;
      const node = network.createNode({ name, access: { networkKey }, identity: identityOf(host), address, clock });
      const run: Run = {
        name,
        host,
        node,
        clock,
        bornAt: now(),
        parted: new Set(),
        peers: new Map(),
        up: false,
        endedAt: undefined,
        disturbedUntil: 0,
      };
      host.run = run;
      node.peers$.subscribe((peers) => {
        run.peers = peers;
      });
      watch(run);
      node.start().then(
        () => {
          if (run.endedAt === undefined) run.up = true;
          note(`${name} runs`);
        },
        (thrown: unknown) => {
          note(`${name} does not start: ${String((thrown as LanpeerError).code)}`);
          run.endedAt = now();
          host.run = undefined;
        },
      );
    },
    stop(run) {
      end(run, 'stop');
      run.node.stop().then(() => {
        note(`${run.name} has stopped`);
        run.host.endedAt = now();
        if (run.host.run === run) run.host.run = undefined;
      }, note);
    },
    kill(run, by) {
      network.kill(run.node, by);
      run.clock.stop();
      end(run, by);
      run.host.run = undefined;
    },
  };
}

/** For the trace. */
export const describeChange = (
  { state, previous, reason, code, via }: ConnectionChange,
  other: Host | undefined,
): string =>
  `${other?.at ?? 'nobody'}: ${previous} → ${state} (${reason}${code ? `, ${code}` : ''}${via ? `, ${via}` : ''})`;
