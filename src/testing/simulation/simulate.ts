import { limits } from '../../limits.ts';
import { makeNetworkKey } from '../../protocol/network-key.ts';
import { createMemoryNetwork } from '../memory-network.ts';
import { createVirtualClock } from '../virtual-clock.ts';
import { runRandomAction } from './actions.ts';
import type { SimulationDeps } from './deps.ts';
import { addressOfHost, createHosts, type Host, type Run } from './hosts.ts';
import { type Detection, Invariants } from './invariants.ts';
import { MessageChecker } from './message-checker.ts';
import { createSimulatedConditions } from './network-conditions.ts';
import { observeNode } from './observe-node.ts';
import { PresenceChecker } from './presence-checker.ts';
import { createScheduler } from './scheduler.ts';
import { createSeededRandom, type SeededRandom } from './seeded-random.ts';
import { StreamChecker } from './stream-checker.ts';
import { createTrace } from './trace.ts';

export interface SimulationOptions {
  readonly seed: number;
  /** Default: 2 to 8, chosen by the seed. */
  readonly nodes?: number;
  /** Virtual time in which faults happen, ms; default: 15 to 60 s, chosen by the seed. */
  readonly chaosMs?: number;
  /** Called at each line of the trace. */
  readonly onLine?: (line: string) => void;
}

export interface SimulationResult {
  readonly seed: number;
  /** What was not as it should be, in the order in which it was seen; empty if all is well. */
  readonly violations: readonly string[];
  /** The same for every run of one seed. */
  readonly digest: string;
  /** Virtual time from the end of all faults until every node was connected to all others, ms. */
  readonly healedMs: number;
  readonly detections: readonly Detection[];
  readonly messages: { readonly sent: number; readonly delivered: number };
  /** Byte streams that were opened, and those of which both directions were read to the end. */
  readonly streams: { readonly opened: number; readonly complete: number };
}

const stepMs = 250;
/** Nodes that never heard of each other wait for the next query. */
const healMs = 60_000;
/** How long nothing may change at the end. */
const stableMs = 4_000;

/** The nodes of a simulation, the network between them, and what checks them. */
function createSimulation(count: number, random: SeededRandom, onLine: SimulationOptions['onLine']) {
  const clock = createVirtualClock();
  const now = (): number => clock.monotonic();
  const trace = createTrace(now, onLine);
  const scheduler = createScheduler(clock);
  const addresses = Array.from({ length: count }, (_, at) => addressOfHost(at));
  const conditions = createSimulatedConditions(addresses, random, now);
  const network = createMemoryNetwork({ clock, random: random.next, conditions });
  /** What the run before had sent may still be on its way where there was a fault since it ended. One that stops is none. */
  const isCurrentRun = (run: Run, other: Host): boolean =>
    other.run !== undefined &&
    other.run.endedAt === undefined &&
    !run.clock.frozen &&
    conditions.faultlessSince(other.endedAt ?? 0);
  const messages = new MessageChecker({ onViolation: trace.violation, now, isCurrentRun });
  const streams = new StreamChecker({ onViolation: trace.violation });
  const presence = new PresenceChecker({ onViolation: trace.violation });
  const find = (id: string): Host | undefined => hosts.find(id);
  const invariants = new Invariants({ conditions, now, onViolation: trace.violation, find });
  const hosts = createHosts({
    count,
    base: clock,
    random,
    network,
    networkKey: makeNetworkKey(),
    now,
    observe: (run) => observeNode(run, { random, trace, messages, streams, presence, invariants, hosts: { find } }),
    log: trace.log,
  });
  const linksBroke: SimulationDeps['linksBroke'] = (one, other, what) => invariants.linksBroke(one, other, what);
  const { log } = trace;
  const { later } = scheduler;
  const deps: SimulationDeps = {
    clock,
    random,
    network,
    conditions,
    hosts,
    messages,
    streams,
    presence,
    linksBroke,
    log,
    later,
  };

  return {
    deps,
    trace,
    scheduler,
    invariants,
    isMeshComplete: (): boolean =>
      hosts.live.length === count && hosts.live.every(({ peers }) => peers.size === count - 1),
    /** Lets time pass in steps, until that holds or the time is over; returns how long it took, ms. */
    async pass(ms: number, until: () => boolean = () => false): Promise<number> {
      const begun = now();
      while (now() - begun < ms && !until()) {
        await clock.advanceAsync(stepMs);
        invariants.checkPeers(hosts.live);
      }
      return now() - begun;
    },
  };
}

type Simulation = ReturnType<typeof createSimulation>;

/** Ends all faults and starts all nodes; returns how long they took to connect, ms. */
async function heal({ deps, trace, scheduler, isMeshComplete, pass }: Simulation): Promise<number> {
  const { hosts, network, conditions } = deps;
  const allRun = (): boolean => hosts.live.length === hosts.all.length;
  trace.log('everything is put right');
  conditions.clear();
  // Faults end by these tasks, and nodes start by them.
  scheduler.runAll();
  network.wake();
  await pass(3_000, allRun);
  for (const host of hosts.all) host.broken = false;
  for (const host of hosts.all) hosts.start(host);
  await pass(3_000, allRun);
  for (const { node, disconnectedFrom } of hosts.live)
    for (const at of disconnectedFrom) {
      const target = hosts.all[at]?.run;
      if (target?.up) node.connect(network.addressOf(target.node)).catch(() => undefined);
    }
  const healedMs = await pass(healMs, isMeshComplete);
  if (!isMeshComplete()) {
    const missing = hosts.live.flatMap(({ name, peers, host }) =>
      hosts.all.filter((one) => one !== host && !peers.has(one.id)).map((one) => `${name} has not ${one.at}`),
    );
    trace.violation(`not everybody is connected ${healMs} ms after the last fault: ${missing.join(', ')}`);
  }
  return healedMs;
}

/** Waits until every message has its outcome, and sees that nothing changes any more. */
async function checkStable({ deps, invariants, isMeshComplete, pass }: Simulation): Promise<void> {
  const { hosts, messages, streams, presence } = deps;
  // What was lost before may still stall a link.
  await pass(healMs, () => messages.settled() && streams.settled() && isMeshComplete());
  // A link of which one end was lost shows itself by then.
  await pass(limits.link.downMs + 1_000);
  invariants.expectNoFailure();
  await pass(stableMs);
  messages.checkAtEnd();
  streams.checkAtEnd();
  if (isMeshComplete()) presence.checkAtEnd(hosts.live, hosts.find);
}

/** Stops all nodes, and sees that nothing is left of them. */
async function stopAll({ deps, trace }: Simulation): Promise<void> {
  const { clock, hosts, network } = deps;
  for (const run of hosts.live) hosts.stop(run);
  await clock.advanceAsync(15_000);
  for (const { run } of hosts.all) if (run) trace.violation(`${run.name} has not stopped`);
  const { links, wires } = network.open;
  if (links + wires > 0) trace.violation(`${links} links and ${wires} wires are left`);
  if (clock.pending > 0) trace.violation(`${clock.pending} timers are left`);
}

/**
 * Whole nodes in one process on a network in memory, in virtual time, with every fault that a seed leads to: loss,
 * partitions, crashes, sleep, slow loops, wrong clocks, forged announcements. At every step what the nodes report is
 * checked against what is so; at the end every node has to be connected to all others, every message has to have its
 * outcome, and nothing may be left after a stop.
 */
export async function simulate({ seed, onLine, ...options }: SimulationOptions): Promise<SimulationResult> {
  const random = createSeededRandom(seed);
  const nodes = options.nodes ?? 2 + Math.floor(random.next() ** 2 * 7);
  const chaosMs = options.chaosMs ?? random.integer(15_000, 60_000);
  const simulation = createSimulation(nodes, random, onLine);
  const { deps, trace, invariants, pass } = simulation;
  const { clock, hosts, messages, streams, later } = deps;

  for (const host of hosts.all) later(random.integer(0, 2_000), () => hosts.start(host));
  while (clock.monotonic() < chaosMs && trace.violations.length === 0) {
    runRandomAction(deps);
    await pass(stepMs * random.integer(1, 6));
  }
  const healedMs = await heal(simulation);
  await checkStable(simulation);
  await stopAll(simulation);

  return {
    seed,
    violations: trace.violations,
    digest: trace.digest(),
    healedMs,
    detections: invariants.detections,
    messages: { sent: messages.sent, delivered: messages.delivered },
    streams: { opened: streams.opened, complete: streams.complete },
  };
}
