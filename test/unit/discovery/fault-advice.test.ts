import { expect, test } from 'vitest';
import { adviseOn, isPortTaken } from '../../../src/adapters/discovery/fault-advice.ts';

const fault = (code: string, syscall: string): Error =>
  Object.assign(new Error(`${syscall} ${code} 224.0.0.251:5353`), { code, syscall });

test.each([
  [fault('EPERM', 'send'), /^send EPERM .*firewall.*ufw allow out 5353\/udp.*connect to an address/],
  [fault('ENETUNREACH', 'send'), /^send ENETUNREACH .*route to 224\.0\.0\.0\/4/],
  [fault('EADDRINUSE', 'bind'), /held by another program.*EADDRINUSE.*disallow-other-stacks=no.*every few seconds/],
  [fault('EADDRINUSE', 'addMembership'), /^addMembership EADDRINUSE 224\.0\.0\.251:5353$/],
  [new Error('odd'), /^odd$/],
  [undefined, /./],
])('what to do is said of %s', (thrown, text) => {
  expect(adviseOn(thrown)).toMatch(text);
});

test('names the program that has the port', () => {
  const taken = fault('EADDRINUSE', 'bind');
  expect(isPortTaken(taken)).toBe(true);
  expect(adviseOn(taken, 'avahi-daemon (pid 7)')).toMatch(/held by avahi-daemon \(pid 7\), which does not share it/);
});
