import { anyRun, type Fault, nobody } from './fault.ts';
import type { Host } from './hosts.ts';
import type { World } from './world.ts';

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

export const crash: Fault = {
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
};

export const stop: Fault = {
  name: 'stop',
  weight: 3,
  happen(world) {
    const run = anyRun(world);
    if (!run) return nobody;
    world.hosts.stop(run);
    startLater(world, run.host, world.chance.between(3_000, 10_000));
    return `${run.name} is stopped`;
  },
};

export const suspend: Fault = {
  name: 'suspend',
  weight: 2,
  happen: (world) => freeze(world, 'suspended', world.chance.between(1_000, 60_000)),
};

export const sigstop: Fault = {
  name: 'SIGSTOP',
  weight: 3,
  happen: (world) => freeze(world, 'stopped', world.chance.between(200, 30_000)),
};

export const clockJump: Fault = {
  name: 'clock jump',
  weight: 2,
  happen(world) {
    const run = anyRun(world);
    const ms = world.chance.between(-3_600_000, 3_600_000);
    run?.clock.jump(ms);
    return run && `the wall clock of ${run.name} jumps by ${ms} ms`;
  },
};

export const slowLoop: Fault = {
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
};
