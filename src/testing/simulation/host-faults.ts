import { type Action, anyRun, notApplicable } from './action.ts';
import type { SimulationDeps } from './deps.ts';
import type { Host } from './hosts.ts';

function startLater(deps: SimulationDeps, host: Host, ms: number): void {
  deps.later(ms, () => {
    deps.log(`host ${host.at} starts`);
    deps.hosts.start(host);
  });
}

function freeze(deps: SimulationDeps, how: 'suspended' | 'stopped', ms: number): string | undefined {
  const run = anyRun(deps);
  if (!run || run.clock.frozen) return notApplicable;
  const { address } = run.host;
  run.clock.freeze(how);
  // What arrives meanwhile waits in the kernel, or outside.
  const remove = deps.conditions.add({ blocks: (_, from, to) => from === address || to === address });
  deps.later(ms, () => {
    run.clock.thaw();
    run.disturbedUntil = Math.max(run.disturbedUntil, deps.clock.monotonic());
    remove();
    deps.network.wake();
  });
  return `${run.name} is ${how} for ${ms} ms`;
}

export const crash: Action = {
  name: 'crash',
  weight: 4,
  run(deps) {
    const run = anyRun(deps);
    if (!run) return notApplicable;
    const by = deps.random.bool(0.7) ? 'process' : 'power';
    const ms = deps.random.integer(50, 12_000);
    deps.hosts.kill(run, by);
    run.host.broken = deps.random.bool(0.2);
    startLater(deps, run.host, ms);
    if (run.host.broken)
      deps.later(ms + 500, () => {
        run.host.broken = false;
        deps.hosts.start(run.host);
      });
    return `${run.name} crashes (${by}) for ${ms} ms`;
  },
};

export const stop: Action = {
  name: 'stop',
  weight: 3,
  run(deps) {
    const run = anyRun(deps);
    if (!run) return notApplicable;
    deps.hosts.stop(run);
    startLater(deps, run.host, deps.random.integer(3_000, 10_000));
    return `${run.name} is stopped`;
  },
};

export const suspend: Action = {
  name: 'suspend',
  weight: 2,
  run: (deps) => freeze(deps, 'suspended', deps.random.integer(1_000, 60_000)),
};

export const sigstop: Action = {
  name: 'SIGSTOP',
  weight: 3,
  run: (deps) => freeze(deps, 'stopped', deps.random.integer(200, 30_000)),
};

export const clockJump: Action = {
  name: 'clock jump',
  weight: 2,
  run(deps) {
    const run = anyRun(deps);
    const ms = deps.random.integer(-3_600_000, 3_600_000);
    run?.clock.jump(ms);
    return run && `the wall clock of ${run.name} jumps by ${ms} ms`;
  },
};

export const slowLoop: Action = {
  name: 'slow loop',
  weight: 2,
  run(deps) {
    const run = anyRun(deps);
    if (!run) return notApplicable;
    const late = deps.random.integer(20, 1_500);
    const ms = deps.random.integer(1_000, 15_000);
    run.clock.slow(late);
    run.disturbedUntil = Number.POSITIVE_INFINITY;
    deps.later(ms, () => {
      run.clock.slow(0);
      run.disturbedUntil = deps.clock.monotonic() + late;
    });
    return `the loop of ${run.name} is late by ${late} ms for ${ms} ms`;
  },
};
