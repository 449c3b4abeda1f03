import { protocolVersion } from '../../protocol/greeting.ts';
import { type Action, addNetworkFault, anyTwo, notApplicable } from './action.ts';
import type { SimulationDeps } from './deps.ts';

function forge({ network, random, hosts }: SimulationDeps): string | undefined {
  const victim = random.pick(hosts.all);
  const source = `192.0.2.${random.integer(100, 120)}`;
  if (!victim) return notApplicable;
  if (random.bool(0.3)) {
    network.forge({ kind: 'goodbye', id: victim.id }, source);
    return `somebody says goodbye for host ${victim.at}`;
  }
  const incarnation = { counter: random.integer(1, 3_000), random: 'f'.repeat(16) };
  const other = random.pick(hosts.all);
  const txt = { version: protocolVersion, id: victim.id, incarnation, name: 'forged', networkTag: null };
  const addresses = random.bool(0.5) && other ? [other.address] : [source];
  network.forge({ kind: 'announced', txt, port: 49_152, addresses }, source);
  return `somebody announces host ${victim.at} at ${addresses.join()}`;
}

export const partition: Action = {
  name: 'partition',
  weight: 4,
  run(deps) {
    const inside = new Set(deps.hosts.all.filter(() => deps.random.bool(0.5)).map(({ address }) => address));
    const ms = deps.random.integer(500, 40_000);
    addNetworkFault(deps, ms, { blocks: (_, from, to) => inside.has(from) !== inside.has(to) });
    return `${[...inside].join()} are cut off for ${ms} ms`;
  },
};

export const oneWay: Action = {
  name: 'one way',
  weight: 4,
  run(deps) {
    const pair = anyTwo(deps);
    if (!pair) return notApplicable;
    const [one, other] = [pair[0].host.address, pair[1].address];
    const ms = deps.random.integer(500, 25_000);
    addNetworkFault(deps, ms, { blocks: (_, from, to) => from === one && to === other });
    return `nothing passes from ${one} to ${other} for ${ms} ms`;
  },
};

export const noUdp: Action = {
  name: 'no UDP',
  weight: 4,
  run(deps) {
    const pair = anyTwo(deps);
    if (!pair) return notApplicable;
    const ends = [pair[0].host.address, pair[1].address];
    const ms = deps.random.integer(500, 40_000);
    addNetworkFault(deps, ms, {
      blocks: (kind, from, to) => kind === 'link' && ends.includes(from) && ends.includes(to),
    });
    return `no WebRTC between ${ends.join()} for ${ms} ms`;
  },
};

export const loss: Action = {
  name: 'loss',
  weight: 3,
  run(deps) {
    const loss = deps.random.integer(1, 20) / 100;
    const ms = deps.random.integer(2_000, 30_000);
    addNetworkFault(deps, ms, { loss });
    return `${loss * 100} % are lost for ${ms} ms`;
  },
};

export const brokenSockets: Action = {
  name: 'broken sockets',
  weight: 4,
  run(deps) {
    const pair = anyTwo(deps);
    const other = pair?.[1].run;
    if (!pair || !other?.up) return notApplicable;
    const [one] = pair;
    const what = deps.random.bool(0.5) ? 'all' : 'webrtc';
    deps.linksBroke(one, other, what);
    if (what === 'all') deps.network.drop(one.node, other.node);
    else deps.network.dropLinks(one.node, other.node);
    return `links between ${one.name} and ${other.name} break`;
  },
};

export const forgery: Action = { name: 'forgery', weight: 4, run: forge };
