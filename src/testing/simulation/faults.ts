import { protocolVersion } from '../../protocol/greeting.ts';
import type { Host, Run } from './hosts.ts';
import type { Trouble } from './sky.ts';
import type { World } from './world.ts';

/** Something that can go wrong, or that a program does, at any moment. */
interface Fault {
  readonly name: string;
  /** How often it is chosen, beside the others. */
  readonly weight: number;
  /** Undefined if there is nothing that it could happen to. */
  readonly happen: (world: World) => string | undefined;
}

const nobody = undefined;
const streamMs = 10;
const awake = ({ hosts }: World): Run[] => hosts.live.filter(({ clock }) => !clock.frozen);
const anyRun = (world: World): Run | undefined => world.chance.pick(awake(world));

function anyTwo(world: World): readonly [Run, Host] | undefined {
  const { hosts, chance } = world;
  const from = chance.pick(awake(world));
  const to = chance.pick(hosts.all.filter((host) => host !== from?.host));
  return from && to ? [from, to] : undefined;
}

function trouble(world: World, ms: number, one: Trouble): void {
  const lift = world.sky.bring(one);
  world.later(ms, () => {
    lift();
    world.network.wake();
  });
}

function startLater(world: World, host: Host, ms: number): void {
  world.later(ms, () => {
    world.note(`host ${host.at} starts`);
    world.hosts.start(host);
  });
}

function freeze(world: World, how: 'suspended' | 'stopped', ms: number): string | undefined {
  const run = anyRun(world);
  if (!run || run.clock.frozen) return nobody;
  const { address } = run.host;
  run.clock.freeze(how);
  // What arrives meanwhile waits in the kernel, or outside.
  const lift = world.sky.bring({ stops: (_, from, to) => from === address || to === address });
  world.later(ms, () => {
    run.clock.thaw();
    run.disturbedUntil = Math.max(run.disturbedUntil, world.clock.monotonic());
    lift();
    world.network.wake();
  });
  return `${run.name} is ${how} for ${ms} ms`;
}

function forge({ network, chance, hosts }: World): string | undefined {
  const victim = chance.pick(hosts.all);
  const source = `192.0.2.${chance.between(100, 120)}`;
  if (!victim) return nobody;
  if (chance.chance(0.3)) {
    network.forge({ kind: 'goodbye', id: victim.id }, source);
    return `somebody says goodbye for host ${victim.at}`;
  }
  const instance = { counter: chance.between(1, 3_000), random: 'f'.repeat(16) };
  const other = chance.pick(hosts.all);
  const txt = { version: protocolVersion, id: victim.id, instance, name: 'forged', networkTag: null };
  const addresses = chance.chance(0.5) && other ? [other.address] : [source];
  network.forge({ kind: 'announced', txt, port: 49_152, addresses }, source);
  return `somebody announces host ${victim.at} at ${addresses.join()}`;
}

const faults: readonly Fault[] = [
  {
    name: 'messages',
    weight: 30,
    happen(world) {
      const pair = anyTwo(world);
      if (!pair) return nobody;
      const [from, to] = pair;
      const count = world.chance.between(1, 12);
      const bytes = world.chance.chance(0.1) ? world.chance.between(10_000, 200_000) : world.chance.between(0, 200);
      const volatile = world.chance.chance(0.1);
      for (let no = 0; no < count; no += 1) world.letters.send(from, to, { bytes, volatile });
      return `${from.name} sends ${count} messages of ${bytes} bytes to host ${to.at}`;
    },
  },
  {
    name: 'stream',
    weight: 1,
    happen(world) {
      const pair = anyTwo(world);
      if (!pair) return nobody;
      const [from, to] = pair;
      let left = world.chance.between(50, 200);
      const what = `${from.name} sends host ${to.at} ${left} messages, one every ${streamMs} ms`;
      function next(): void {
        if (!from.up || left === 0) return;
        left -= 1;
        if (!from.clock.frozen) world.letters.send(from, to, { bytes: 10, volatile: false });
        world.clock.setTimeout(next, streamMs);
      }
      next();
      return what;
    },
  },
  {
    name: 'crash',
    weight: 4,
    happen(world) {
      const run = anyRun(world);
      if (!run) return nobody;
      const by = world.chance.chance(0.7) ? 'process' : 'power';
      const ms = world.chance.between(50, 12_000);
      world.hosts.kill(run, by);
      run.host.broken = world.chance.chance(0.2);
      startLater(world, run.host, ms);
      if (run.host.broken)
        world.later(ms + 500, () => {
          run.host.broken = false;
          world.hosts.start(run.host);
        });
      return `${run.name} crashes (${by}) for ${ms} ms`;
    },
  },
  {
    name: 'stop',
    weight: 3,
    happen(world) {
      const run = anyRun(world);
      if (!run) return nobody;
      world.hosts.stop(run);
      startLater(world, run.host, world.chance.between(3_000, 10_000));
      return `${run.name} is stopped`;
    },
  },
  {
    name: 'partition',
    weight: 4,
    happen(world) {
      const inside = new Set(world.hosts.all.filter(() => world.chance.chance(0.5)).map(({ address }) => address));
      const ms = world.chance.between(500, 40_000);
      trouble(world, ms, { stops: (_, from, to) => inside.has(from) !== inside.has(to) });
      return `${[...inside].join()} are cut off for ${ms} ms`;
    },
  },
  {
    name: 'one way',
    weight: 4,
    happen(world) {
      const pair = anyTwo(world);
      if (!pair) return nobody;
      const [one, other] = [pair[0].host.address, pair[1].address];
      const ms = world.chance.between(500, 25_000);
      trouble(world, ms, { stops: (_, from, to) => from === one && to === other });
      return `nothing passes from ${one} to ${other} for ${ms} ms`;
    },
  },
  {
    name: 'no UDP',
    weight: 4,
    happen(world) {
      const pair = anyTwo(world);
      if (!pair) return nobody;
      const ends = [pair[0].host.address, pair[1].address];
      const ms = world.chance.between(500, 40_000);
      trouble(world, ms, { stops: (kind, from, to) => kind === 'link' && ends.includes(from) && ends.includes(to) });
      return `no WebRTC between ${ends.join()} for ${ms} ms`;
    },
  },
  {
    name: 'loss',
    weight: 3,
    happen(world) {
      const loss = world.chance.between(1, 20) / 100;
      const ms = world.chance.between(2_000, 30_000);
      trouble(world, ms, { loss });
      return `${loss * 100} % are lost for ${ms} ms`;
    },
  },
  { name: 'suspend', weight: 2, happen: (world) => freeze(world, 'suspended', world.chance.between(1_000, 60_000)) },
  { name: 'SIGSTOP', weight: 3, happen: (world) => freeze(world, 'stopped', world.chance.between(200, 30_000)) },
  {
    name: 'clock jump',
    weight: 2,
    happen(world) {
      const run = anyRun(world);
      const ms = world.chance.between(-3_600_000, 3_600_000);
      run?.clock.jump(ms);
      return run && `the wall clock of ${run.name} jumps by ${ms} ms`;
    },
  },
  {
    name: 'slow loop',
    weight: 2,
    happen(world) {
      const run = anyRun(world);
      if (!run) return nobody;
      const late = world.chance.between(20, 1_500);
      const ms = world.chance.between(1_000, 15_000);
      run.clock.slow(late);
      run.disturbedUntil = Number.POSITIVE_INFINITY;
      world.later(ms, () => {
        run.clock.slow(0);
        run.disturbedUntil = world.clock.monotonic() + late;
      });
      return `the loop of ${run.name} is late by ${late} ms for ${ms} ms`;
    },
  },
  {
    name: 'broken sockets',
    weight: 4,
    happen(world) {
      const pair = anyTwo(world);
      const other = pair?.[1].run;
      if (!pair || !other?.up) return nobody;
      const [one] = pair;
      if (world.chance.chance(0.5)) world.network.drop(one.node, other.node);
      else world.network.dropLinks(one.node, other.node);
      return `links between ${one.name} and ${other.name} break`;
    },
  },
  { name: 'forgery', weight: 4, happen: forge },
  {
    name: 'disconnect',
    weight: 2,
    happen(world) {
      const pair = anyTwo(world);
      if (!pair) return nobody;
      const [from, to] = pair;
      from.parted.add(to.at);
      to.run?.parted.add(from.host.at);
      from.node.disconnect(to.id).catch(() => undefined);
      return `${from.name} disconnects from host ${to.at}`;
    },
  },
  {
    name: 'connect',
    weight: 2,
    happen(world) {
      const pair = anyTwo(world);
      const target = pair?.[1].run;
      if (!pair || !target?.up) return nobody;
      pair[0].node.connect(world.network.addressOf(target.node)).catch(() => undefined);
      return `${pair[0].name} connects to ${target.name}`;
    },
  },
];

const total = faults.reduce((sum, { weight }) => sum + weight, 0);

/** One of them happens, if it can. */
export function happen(world: World): void {
  let at = world.chance.random() * total;
  const fault = faults.find(({ weight }) => {
    at -= weight;
    return at < 0;
  });
  const what = fault?.happen(world);
  if (what !== undefined) world.note(what);
}
