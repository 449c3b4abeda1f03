// A node on an interface with twenty addresses, and another on one with one. Runs in a network namespace of its own.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { bonjourDiscovery } from '../../../src/adapters/discovery/bonjour-discovery.ts';
import { systemClock } from '../../../src/environment.ts';
import { chooseAddresses } from '../../../src/node/notices/interfaces.ts';
import { listen, someAnnouncement } from '../../support/discovery.ts';
import { openMdns } from '../../support/mdns.ts';

const ip = (...args: string[]): Buffer => execFileSync('ip', args);
const say = (text: string): boolean => process.stdout.write(`${text}\n`);
/** Sockets at port 5353 here. */
const sockets = (): number =>
  readFileSync('/proc/net/udp', 'utf8')
    .split('\n')
    .filter((line) => /^\s*\d+: [0-9A-F]+:14E9 /.test(line)).length;

ip('link', 'add', 'lab0', 'type', 'veth', 'peer', 'name', 'lab1');
ip('link', 'set', 'lab1', 'up');
ip('link', 'set', 'lab0', 'multicast', 'on', 'up');
for (let no = 1; no <= 19; no += 1) ip('addr', 'add', `192.0.2.${no}/24`, 'dev', 'lab0');
ip('addr', 'add', '203.0.113.1/24', 'dev', 'lab0');

const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
say(`addresses ${addresses.filter((one) => one.address.startsWith('192.0.2.')).length}`);
const peer = await openMdns(5_353, '192.0.2.1');
const before = sockets();
const make = () =>
  bonjourDiscovery({ addresses: () => chooseAddresses(undefined), clock: systemClock, random: Math.random });
const announcement = someAnnouncement();
const [one, other] = [make(), make()];
await one.start(announcement, { device: () => undefined, error: () => undefined });
// The uplink of the namespace is an interface as well.
say(`sockets ${sockets() - before}`);
// Both interfaces are heard, for the system delivers the group to every socket that joined it on any interface.
const announced = await peer.came(announcement.id, 2);
const told = announced.map(({ answers }) => answers.filter(({ type }) => type === 'A').length);
say(`announced ${told.sort((a, b) => a - b).join(' ')}, ${announced.every(({ bytes }) => bytes <= 1_472)}`);
const witness = listen(other, announcement.id);
await witness.started;
const device = await witness.next('found');
say(`found ${device.addresses.length}`);
peer.close();
await Promise.all([one.stop(), other.stop()]);
say('scenario done');
