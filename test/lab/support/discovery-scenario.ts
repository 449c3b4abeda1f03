import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { bonjourDiscovery } from '../../../src/adapters/discovery/bonjour-discovery.ts';
import type { Discovery } from '../../../src/adapters/discovery/port.ts';
import { systemClock } from '../../../src/environment.ts';
import type { LanpeerError, LanpeerErrorCode } from '../../../src/errors.ts';
import { chooseAddresses } from '../../../src/node/interfaces.ts';
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

function make(): Discovery {
  const discovery = bonjourDiscovery({
    addresses: () => chooseAddresses([address]),
    clock: systemClock,
    random: Math.random,
  });
  stop.add(discovery);
  return discovery;
}

/** Starts one; resolves with its id and its first fault of that code. */
async function start(code: LanpeerErrorCode = 'ERR_DISCOVERY') {
  const announcement = someAnnouncement();
  const trouble = deferred<LanpeerError>();
  await make().start(announcement, {
    device: () => undefined,
    trouble: (error) => error.code === code && trouble.resolve(error),
  });
  return { id: announcement.id, trouble: trouble.promise };
}

async function stopAll(): Promise<void> {
  await Promise.all([...stop].map((discovery) => discovery.stop()));
  stop.clear();
}

async function heldPort(): Promise<void> {
  const holder = createSocket({ type: 'udp4', reuseAddr: false }).bind(5_353);
  await once(holder, 'listening');
  const one = await start();
  const { code, message } = await one.trouble;
  say(`held ${code} ${message.includes('EADDRINUSE')}`);
  holder.close();
  const found = await listen(make(), one.id).next('found');
  say(`free ${found.addresses.join(' ')}`);
  await stopAll();
}

async function unplugged(): Promise<void> {
  const one = await start('ERR_INTERFACE_UNKNOWN');
  const witness = listen(make(), one.id);
  await witness.next('found');
  ip('link', 'del', 'lab0');
  say(`gone ${(await one.trouble).code}`);
  plugIn();
  await witness.next('heard');
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
  await witness.next('heard');
  say('replugged');
  await stopAll();
}

async function firewalled(): Promise<void> {
  const nft = (...args: string[]): Buffer => execFileSync('nft', args);
  nft('add', 'table', 'inet', 'wall');
  nft('add', 'chain', 'inet', 'wall', 'in', '{ type filter hook input priority 0; }');
  nft('add', 'rule', 'inet', 'wall', 'in', 'udp', 'dport', '5353', 'drop');
  const one = await start();
  say(`walled ${(await one.trouble).message.includes('firewall')}`);
  nft('delete', 'table', 'inet', 'wall');
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
