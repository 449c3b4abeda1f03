import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { bonjourDiscovery } from '../../../src/adapters/discovery/bonjour-discovery.ts';
import type { Discovery } from '../../../src/adapters/discovery/port.ts';
import { type Clock, systemClock } from '../../../src/environment.ts';
import type { LanpeerError } from '../../../src/errors.ts';
import { chooseAddresses } from '../../../src/node/notices/interfaces.ts';
import { deferred, listen, someAnnouncement } from '../../support/discovery.ts';

const address = '192.0.2.1';
const stop = new Set<Discovery>();
const ip = (...args: string[]): Buffer => execFileSync('ip', args);
const say = (text: string): boolean => process.stdout.write(`${text}\n`);

function plugIn(): void {
  // The same hardware address each time: only that nothing is heard tells that it was away.
  ip('link', 'add', 'lab0', 'type', 'veth', 'peer', 'name', 'lab1');
  ip('link', 'set', 'lab1', 'up');
  ip('link', 'set', 'lab0', 'address', '02:00:00:00:00:0a', 'multicast', 'on', 'up');
  ip('addr', 'add', `${address}/24`, 'dev', 'lab0');
}

/** Time goes ten times as fast. */
const fastClock: Clock = {
  now: () => systemClock.now() * 10,
  monotonic: () => systemClock.monotonic() * 10,
  setTimeout: (fn, ms) => systemClock.setTimeout(fn, ms / 10),
  clearTimeout: systemClock.clearTimeout,
};

function make({ clock = systemClock, gone = (): void => undefined } = {}): Discovery {
  const discovery = bonjourDiscovery({
    addresses() {
      const addresses = chooseAddresses([address]);
      if (addresses.length === 0) gone();
      return addresses;
    },
    clock,
    random: Math.random,
  });
  stop.add(discovery);
  return discovery;
}

/** Starts one; resolves with its id, its first fault, and when its address is found to be gone. */
async function start(clock?: Clock) {
  const announcement = someAnnouncement();
  const error = deferred<LanpeerError>();
  const gone = deferred<void>();
  const discovery = make({ ...(clock && { clock }), gone: gone.resolve });
  await discovery.start(announcement, { device: () => undefined, error: error.resolve });
  return { id: announcement.id, discovery, error: error.promise, gone: gone.promise };
}

async function stopAll(): Promise<void> {
  await Promise.all([...stop].map((discovery) => discovery.stop()));
  stop.clear();
}

const holderCode = `
  const socket = require('node:dgram').createSocket({ type: 'udp4', reuseAddr: false });
  socket.bind(5353, () => console.log('bound'));
`;

async function heldPort(): Promise<void> {
  const holder = spawn(process.execPath, ['-e', holderCode], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  const one = await start(fastClock);
  const { code, message } = await one.error;
  say(`held ${code} ${message.includes('EADDRINUSE')} ${message.includes(`(pid ${holder.pid})`)}`);
  // Later than the queries of the beginning, after which the next one is far away.
  await new Promise<void>((resolve) => fastClock.setTimeout(resolve, 12_000));
  say(`fault ${one.discovery.stats().interfaces['lab0']?.fault?.includes(`(pid ${holder.pid})`)}`);
  holder.kill();
  await once(holder, 'exit');
  const freed = fastClock.monotonic();
  const witness = listen(make(), one.id);
  const found = await witness.next('found');
  say(`free ${found.addresses.join(' ')} ${fastClock.monotonic() - freed < 10_000}`);
  // By the next packet it has heard the one before itself.
  await witness.next('refreshed');
  say(`fault ${one.discovery.stats().interfaces['lab0']?.fault}`);
  await stopAll();
}

async function unplugged(): Promise<void> {
  const one = await start();
  const witness = listen(make(), one.id);
  await witness.next('found');
  ip('link', 'del', 'lab0');
  await one.gone;
  say('gone');
  plugIn();
  await witness.next('refreshed');
  await listen(make(), one.id).next('found');
  say('back');
  await stopAll();
}

async function replugged(): Promise<void> {
  const one = await start();
  const witness = listen(make(), one.id);
  await witness.next('found');
  ip('link', 'del', 'lab0');
  plugIn();
  await listen(make(), one.id).next('found');
  await witness.next('refreshed');
  say('replugged');
  await stopAll();
}

async function firewalled(): Promise<void> {
  const nft = (...args: string[]): Buffer => execFileSync('nft', args);
  nft('add', 'table', 'inet', 'firewall');
  nft('add', 'chain', 'inet', 'firewall', 'in', '{ type filter hook input priority 0; }');
  nft('add', 'rule', 'inet', 'firewall', 'in', 'udp', 'dport', '5353', 'drop');
  const one = await start();
  say(`walled ${(await one.error).message.includes('firewall')}`);
  nft('delete', 'table', 'inet', 'firewall');
  await listen(make(), one.id).next('found');
  say('unwalled');
  await stopAll();
}

plugIn();
await heldPort();
await unplugged();
await replugged();
await firewalled();
say('scenario done');
