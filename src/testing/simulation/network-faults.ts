import { protocolVersion } from '../../protocol/greeting.ts';
import { anyTwo, type Fault, nobody, trouble } from './fault.ts';
import type { World } from './world.ts';

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

export const partition: Fault = {
  name: 'partition',
  weight: 4,
  happen(world) {
    const inside = new Set(world.hosts.all.filter(() => world.chance.chance(0.5)).map(({ address }) => address));
    const ms = world.chance.between(500, 40_000);
    trouble(world, ms, { stops: (_, from, to) => inside.has(from) !== inside.has(to) });
    return `${[...inside].join()} are cut off for ${ms} ms`;
  },
};

export const oneWay: Fault = {
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
};

export const noUdp: Fault = {
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
};

export const loss: Fault = {
  name: 'loss',
  weight: 3,
  happen(world) {
    const loss = world.chance.between(1, 20) / 100;
    const ms = world.chance.between(2_000, 30_000);
    trouble(world, ms, { loss });
    return `${loss * 100} % are lost for ${ms} ms`;
  },
};

export const brokenSockets: Fault = {
  name: 'broken sockets',
  weight: 4,
  happen(world) {
    const pair = anyTwo(world);
    const other = pair?.[1].run;
    if (!pair || !other?.up) return nobody;
    const [one] = pair;
    const what = world.chance.chance(0.5) ? 'all' : 'webrtc';
    world.broke(one, other, what);
    if (what === 'all') world.network.drop(one.node, other.node);
    else world.network.dropLinks(one.node, other.node);
    return `links between ${one.name} and ${other.name} break`;
  },
};

export const forgery: Fault = { name: 'forgery', weight: 4, happen: forge };
