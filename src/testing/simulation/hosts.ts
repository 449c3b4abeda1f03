import type { IdentityStore } from '../../adapters/identity/port.ts';
import type { LanpeerNode } from '../../api/node.ts';
import type { ConnectionChange, Peer } from '../../api/peers.ts';
import type { Clock } from '../../environment.ts';
import { LanpeerError } from '../../errors.ts';
import { base32Alphabet } from '../../util/base32.ts';
import type { MemoryNetwork } from '../memory-network.ts';
import { createHostClock, type HostClock } from './host-clock.ts';
import type { SeededRandom } from './seeded-random.ts';

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
  readonly startedAt: number;
  /** Hosts that this run disconnected from, or that disconnected from it, by a call. */
  readonly disconnectedFrom: Set<number>;
  peers: ReadonlyMap<string, Peer>;
  /** It runs, and takes calls. */
  up: boolean;
  endedAt: number | undefined;
  /** Until when its own time went wrong: what it notices late before that is no violation. */
  disturbedUntil: number;
}

export interface Hosts {
  readonly all: readonly Host[];
  readonly live: readonly Run[];
  find(id: string): Host | undefined;
  start(host: Host): void;
  /** Calls `stop` of the node. */
  stop(run: Run): void;
  kill(run: Run, by: 'process' | 'power'): void;
}

export interface HostsDeps {
  readonly count: number;
  readonly base: Clock;
  readonly random: SeededRandom;
  readonly network: MemoryNetwork;
  readonly networkKey: string;
  readonly now: () => number;
  /** Called for each new run before it starts. */
  readonly observe: (run: Run) => void;
  readonly log: (what: string) => void;
}

export const addressOfHost = (at: number): string => `192.0.2.${at + 1}`;

const hex = 'abcdef0123456789';

const makeHost = (at: number, random: SeededRandom): Host => ({
  at,
  id: `${Array.from({ length: 51 }, () => base32Alphabet[random.integer(0, 31)]).join('')}a`,
  address: addressOfHost(at),
  run: undefined,
  runs: 0,
  endedAt: undefined,
  endedBy: undefined,
  broken: false,
});

function identityOf(host: Host, random: SeededRandom): IdentityStore {
  const { id } = host;
  const randomPart = Array.from({ length: 16 }, () => hex[random.integer(0, 15)]).join('');
  return {
    open() {
      if (host.broken) return Promise.reject(new LanpeerError('ERR_STATE_DIR'));
      const incarnation = { counter: 1_000 + host.runs, random: randomPart };
      return Promise.resolve({
        id,
        incarnation,
        privateKeyPem: '',
        certificatePem: '',
        release: () => Promise.resolve(),
      });
    },
  };
}

export function createHosts({ count, base, random, network, networkKey, now, observe, log }: HostsDeps): Hosts {
  const all: Host[] = Array.from({ length: count }, (_, at) => makeHost(at, random));

  function end(run: Run, by: NonNullable<Host['endedBy']>): void {
    run.host.endedBy = by;
    run.up = false;
    run.endedAt = now();
    run.host.endedAt = now();
  }

  function start(host: Host): void {
    if (host.run) return;
    host.runs += 1;
    const clock = createHostClock(base, random.next);
    const { address } = host;
    const name = `${host.at}.${host.runs}`;
    const identity = identityOf(host, random);
    const node = network.createNode({ name, access: { networkKey }, identity, address, clock });
    const run: Run = {
      name,
      host,
      node,
      clock,
      startedAt: now(),
      disconnectedFrom: new Set(),
      peers: new Map(),
      up: false,
      endedAt: undefined,
      disturbedUntil: 0,
    };
    host.run = run;
    node.peers$.subscribe((peers) => {
      run.peers = peers;
    });
    observe(run);
    node.start().then(
      () => {
        if (run.endedAt === undefined) run.up = true;
        log(`${name} runs`);
      },
      (thrown: unknown) => {
        log(`${name} does not start: ${String((thrown as LanpeerError).code)}`);
        run.endedAt = now();
        host.run = undefined;
      },
    );
  }

  return {
    all,
    get live() {
      return all.flatMap(({ run }) => (run?.up ? [run] : []));
    },
    find: (id) => all.find((host) => host.id === id),
    start,
    stop(run) {
      end(run, 'stop');
      run.node.stop().then(() => {
        log(`${run.name} has stopped`);
        run.host.endedAt = now();
        if (run.host.run === run) run.host.run = undefined;
      }, log);
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
