import { aiortcMissing, aiortcStack } from './aiortc.ts';
import { lanpeerStack } from './lanpeer.ts';
import { libp2pStack } from './libp2p.ts';
import { nodeDataChannelStack } from './node-datachannel.ts';
import { isInstalled } from './optional.ts';
import type { Ability, Stack } from './stack.ts';
import { weriftStack } from './werift.ts';
import { weriftTransportStack } from './werift-transport.ts';
import { wsStack } from './ws.ts';

const webrtc = { base: weriftStack.name, transports: ['webrtc'] } as const;
const tls = { base: wsStack.name, transports: ['tls'] } as const;

const lanpeerDefault = lanpeerStack({
  name: 'lanpeer, default',
  base: weriftStack.name,
  abilities: ['connect', 'hold'],
});
const lanpeerTls = lanpeerStack({
  ...tls,
  name: 'lanpeer, tls',
  abilities: ['connect', 'messages', 'hold', 'notice'],
});
const lanpeerWebrtc = lanpeerStack({
  ...webrtc,
  name: 'lanpeer, webrtc',
  abilities: ['connect', 'messages', 'notice'],
});

/** Variants of how a program uses the same thing. */
const variants = [
  lanpeerStack({ ...webrtc, name: 'lanpeer, webrtc, volatile', abilities: [], send: { volatile: true } }),
  lanpeerStack({ ...tls, name: 'lanpeer, tls, volatile', abilities: [], send: { volatile: true } }),
  lanpeerStack({ ...tls, name: 'lanpeer, tls, lent bytes', abilities: [], send: { borrow: true } }),
  lanpeerStack({ base: wsStack.name, name: 'lanpeer, default, stream', abilities: [], streams: 1 }),
  lanpeerStack({ base: wsStack.name, name: 'lanpeer, default, ten streams', abilities: [], streams: 10 }),
  lanpeerStack({ ...webrtc, name: 'lanpeer, webrtc, stream', abilities: [], streams: 1 }),
  lanpeerStack({ ...webrtc, name: 'page open', base: lanpeerWebrtc.name, abilities: [], inspector: true }),
  lanpeerStack({
    ...webrtc,
    name: 'page open, with messages',
    base: lanpeerWebrtc.name,
    abilities: [],
    inspector: { messages: true },
  }),
];

/** In the order of the tables: each behind what it is compared with. */
const stacks: readonly Stack[] = [
  weriftStack,
  weriftTransportStack,
  lanpeerWebrtc,
  lanpeerDefault,
  wsStack,
  lanpeerTls,
  libp2pStack,
  nodeDataChannelStack,
  aiortcStack,
];

export function stackNamed(name: string): Stack {
  const found = [...stacks, ...variants].find((stack) => stack.name === name);
  if (!found) throw new Error(`There is no stack ${name}`);
  return found;
}

export const stacksThat = (ability: Ability): readonly Stack[] =>
  stacks.filter(({ abilities }) => abilities.includes(ability));

/** Why a stack cannot be measured here. */
export function missing(stack: Stack): string | undefined {
  if (stack === aiortcStack) return aiortcMissing();
  const needed = stack === libp2pStack ? 'libp2p' : stack === nodeDataChannelStack ? 'node-datachannel' : undefined;
  return needed === undefined || isInstalled(needed) ? undefined : 'it is not installed: npm ci --prefix bench/stacks';
}
