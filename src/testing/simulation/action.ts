import type { Host, Run } from './hosts.ts';
import type { Trouble } from './sky.ts';
import type { World } from './world.ts';

/** Something that can go wrong, or that a program does, at any moment. */
export interface Fault {
  readonly name: string;
  /** How often it is chosen, beside the others. */
  readonly weight: number;
  /** Undefined if there is nothing that it could happen to. */
  readonly happen: (world: World) => string | undefined;
}

/** What a fault says that could not happen. */
export const nobody = undefined;

export const awake = ({ hosts }: World): Run[] => hosts.live.filter(({ clock }) => !clock.frozen);
export const anyRun = (world: World): Run | undefined => world.chance.pick(awake(world));

export function anyTwo(world: World): readonly [Run, Host] | undefined {
  const { hosts, chance } = world;
  const from = chance.pick(awake(world));
  const to = chance.pick(hosts.all.filter((host) => host !== from?.host));
  return from && to ? [from, to] : undefined;
}

export function trouble(world: World, ms: number, one: Trouble): void {
  const lift = world.sky.bring(one);
  world.later(ms, () => {
    lift();
    world.network.wake();
  });
}
