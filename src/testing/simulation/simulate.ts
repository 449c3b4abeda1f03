import { createHash } from 'node:crypto';
import type { LanpeerErrorCode } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { makeNetworkKey } from '../../protocol/network-key.ts';
import { createMemoryNetwork } from '../memory-network.ts';
import { createVirtualClock } from '../virtual-clock.ts';
import { happen } from './faults.ts';
import { addressOfHost, createHosts, describeChange, type Host, type Run } from './hosts.ts';
import { createLetters } from './letters.ts';
import { createSeeded } from './seeded.ts';
import { createSky } from './sky.ts';
import { createTruth, type Detection } from './truth.ts';
import type { World } from './world.ts';

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
  /** Virtual time from the end of all faults until everybody was connected to everybody, ms. */
  readonly healedMs: number;
  readonly detections: readonly Detection[];
  readonly messages: { readonly sent: number; readonly delivered: number };
}

/** Reported by a node that a fault of the simulation explains. */
const explained: readonly LanpeerErrorCode[] = ['ERR_STATE_DIR', 'ERR_IDENTITY_MISMATCH', 'ERR_SELF', 'ERR_BUSY'];

const stepMs = 250;
/** Nodes that never heard of each other wait for the next query. */
const healMs = 60_000;
const calmMs = 4_000;

/**
 * Whole nodes in one process on a network in memory, in virtual time, while everything goes wrong that a seed can think
 * of: loss, partitions, crashes, sleep, slow loops, wrong clocks, forged announcements. At every step what the nodes say
 * is held against what is so; at the end everybody has to be connected, every message has to have its fate, and nothing
 * may be left after a stop.
 */
export async function simulate({ seed, onLine, ...options }: SimulationOptions): Promise<SimulationResult> {
  const chance = createSeeded(seed);
  const nodes = options.nodes ?? 2 + Math.floor(chance.random() ** 2 * 7);
  const chaosMs = options.chaosMs ?? chance.between(15_000, 60_000);
  const clock = createVirtualClock();
  const now = (): number => clock.monotonic();
  const violations: string[] = [];
  const hash = createHash('sha256');
  const pending = new Set<() => void>();

  function note(what: string): void {
    const line = `${(now() / 1_000).toFixed(3)} ${what}`;
    hash.update(`${line}\n`);
    onLine?.(line);
  }
  function wrong(what: string): void {
    violations.push(`at ${(now() / 1_000).toFixed(3)} s: ${what}`);
    note(`WRONG: ${what}`);
  }
  const isWhole = (run: Run, other: Host, since: number): boolean =>
    (other.endedAt === undefined || other.endedAt < since) && !run.parted.has(other.at);
  /** What the run before had sent may still be on its way where something was wrong since it ended. */
  const isCertain = (run: Run, other: Host): boolean =>
    other.run !== undefined && !run.clock.frozen && sky.calmSince(other.endedAt ?? 0);

  const addresses = Array.from({ length: nodes }, (_, at) => addressOfHost(at));
  const sky = createSky(addresses, chance, now);
  const network = createMemoryNetwork({ clock, random: chance.random, weather: sky });
  const letters = createLetters({ wrong, now, isWhole, isCertain });
  const truth = createTruth({ sky, now, wrong, find: (id) => hosts.find(id) });

  function watch(run: Run): void {
    const { node, name } = run;
    const greets = chance.chance(0.5);
    node.handle('n', ({ senderId, data }) => letters.handled(run, senderId, data));
    node.respond('q', () => null);
    node.connections$.subscribe((change) => {
      const other = hosts.find(change.id);
      if (run.endedAt === undefined) truth.changed(run, change);
      note(`${name} to ${describeChange(change, other)}`);
      if (greets && other && change.state === 'connected') letters.greet(run, other);
    });
    node.sessions$.subscribe(({ id, change }) => {
      const other = hosts.find(id);
      note(`${name}: session with ${other?.at} ${change}`);
      const broken = change === 'ended' || change === 'gap';
      if (broken && run.endedAt === undefined && other && isWhole(run, other, run.bornAt))
        wrong(`the session of ${name} with host ${other.at} broke (${change}), though both lived`);
    });
    node.errors$.subscribe(({ code, message }) => {
      if (!explained.includes(code)) wrong(`${name} reports ${code}: ${message}`);
    });
  }

  const hosts = createHosts({
    count: nodes,
    base: clock,
    chance,
    network,
    networkKey: makeNetworkKey(),
    now,
    watch,
    note,
  });
  const world: World = {
    clock,
    chance,
    network,
    sky,
    hosts,
    letters,
    broke: truth.broke,
    note,
    later(ms, what) {
      const timer = clock.setTimeout(done, ms);
      function done(): void {
        pending.delete(done);
        clock.clearTimeout(timer);
        what();
      }
      pending.add(done);
    },
  };

  const everybodyHasAll = (): boolean =>
    hosts.live.length === nodes && hosts.live.every(({ peers }) => peers.size === nodes - 1);

  /** In steps, until that holds or the time is over. */
  async function pass(ms: number, until: () => boolean = () => false): Promise<number> {
    const begun = now();
    while (now() - begun < ms && !until()) {
      await clock.advanceAsync(stepMs);
      truth.look(hosts.live);
    }
    return now() - begun;
  }

  for (const host of hosts.all) world.later(chance.between(0, 2_000), () => hosts.start(host));
  while (now() < chaosMs && violations.length === 0) {
    happen(world);
    await pass(stepMs * chance.between(1, 6));
  }

  note('everything is put right');
  sky.clear();
  // Each puts its own right; starts what is to start.
  for (const done of [...pending]) done();
  network.wake();
  await pass(3_000, () => hosts.live.length === nodes);
  for (const host of hosts.all) host.broken = false;
  for (const host of hosts.all) hosts.start(host);
  await pass(3_000, () => hosts.live.length === nodes);
  for (const { node, parted } of hosts.live)
    for (const at of parted) {
      const target = hosts.all[at]?.run;
      if (target?.up) node.connect(network.addressOf(target.node)).catch(() => undefined);
    }
  const healedMs = await pass(healMs, everybodyHasAll);
  if (!everybodyHasAll()) {
    const missing = hosts.live.flatMap(({ name, peers, host }) =>
      hosts.all.filter((one) => one !== host && !peers.has(one.id)).map((one) => `${name} has not ${one.at}`),
    );
    wrong(`not everybody is connected ${healMs} ms after the last fault: ${missing.join(', ')}`);
  }
  // What was lost before may still stall a link.
  await pass(healMs, () => letters.settled() && everybodyHasAll());
  // A link of which one end was lost shows itself by then.
  await pass(limits.link.downMs + 1_000);
  truth.beCalm();
  await pass(calmMs);
  letters.conclude();

  for (const run of hosts.live) hosts.stop(run);
  await clock.advanceAsync(15_000);
  for (const { run } of hosts.all) if (run) wrong(`${run.name} has not stopped`);
  const { links, wires } = network.open;
  if (links + wires > 0) wrong(`${links} links and ${wires} wires are left`);
  if (clock.pending > 0) wrong(`${clock.pending} timers are left`);

  const { detections } = truth;
  const messages = { sent: letters.sent, delivered: letters.delivered };
  return { seed, violations, digest: hash.digest('hex'), healedMs, detections, messages };
}
