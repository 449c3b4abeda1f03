import { expect, test } from 'vitest';
import { limits } from '../../../src/limits.ts';
import { count, createSocketsRig, proven, states } from '../../support/unauthenticated-sockets.ts';

const { sockets: maxActive, socketsPerAddress, timeMs, graceMs, stepMs, sweepMs, bytes } = limits.unauthenticated;

test('a client that sends nothing holds no slot, and gets one after its first TLS record', () => {
  const { sockets, silent } = createSocketsRig();
  const quiet = silent('10.0.0.1');
  expect([quiet.state, sockets.active, sockets.pending]).toEqual(['pending', 0, 1]);
  sockets.firstRecordReceived(quiet.socket);
  expect([quiet.state, sockets.active, sockets.pending]).toEqual(['active', 1, 0]);
});

test('when an address holds its share of slots, its next socket waits for one of them, and those of others do not', () => {
  const { client, clients } = createSocketsRig();
  const inside = clients(socketsPerAddress, '10.0.0.1');
  const late = client('10.0.0.1');
  expect([states(inside), late.state, client('10.0.0.2').state]).toEqual([['active'], 'pending', 'active']);
  inside[3]?.close();
  expect(late.state).toBe('active');
});

test('unknown addresses, and loopback with proven addresses, have slots of their own', () => {
  const { sockets, clients, crowd } = createSocketsRig();
  expect(states(crowd(maxActive))).toEqual(['active']);
  expect(states([...clients(maxActive / 2, '127.0.0.1'), ...clients(maxActive / 2, proven)])).toEqual(['active']);
  expect(states([...clients(1, '10.1.0.1'), ...clients(1, '127.0.0.1'), ...clients(1, '::1')])).toEqual(['pending']);
  expect([sockets.active, sockets.pending]).toEqual([2 * maxActive, 3]);
});

test('for exempt addresses only the number in all is a cap', () => {
  const { clients } = createSocketsRig();
  expect(states(clients(maxActive, '127.0.0.1'))).toEqual(['active']);
  expect(states(clients(1, '127.0.0.1'))).toEqual(['pending']);
});

test('a slot goes to the address that holds fewest, then to the one that had none for longest', () => {
  const { client, clients } = createSocketsRig();
  const all = [1, 2, 3, 4].map((no) => clients(socketsPerAddress, `10.1.0.${no}`));
  const again = client('10.1.0.1');
  const fresh = client('10.2.0.1');
  all[0]?.[0]?.close();
  expect([fresh.state, again.state]).toEqual(['active', 'pending']);
  all[1]?.[0]?.close();
  expect(again.state).toBe('active');
});

test('when all slots are held, an address that holds fewer gets one after the grace time of the others', () => {
  const { clock, client, clients, crowd } = createSocketsRig();
  const greedy = clients(socketsPerAddress, '10.1.0.1');
  const others = crowd(maxActive - socketsPerAddress);
  const newcomer = client('10.2.0.1');
  clock.advance(graceMs - 1);
  expect(newcomer.state).toBe('pending');
  clock.advance(1);
  expect([newcomer.state, count(greedy, 'rejected'), states(others)]).toEqual(['active', 1, ['active']]);
});

test('time with a slot counts from the moment of getting it', () => {
  const { clock, sockets, client, clients } = createSocketsRig();
  const inside = clients(socketsPerAddress, '10.0.0.1');
  for (const { socket } of inside) sockets.handshakeDone(socket);
  const late = client('10.0.0.1');
  clock.advance(stepMs - sweepMs);
  inside[0]?.close();
  expect(late.state).toBe('active');
  clock.advance(timeMs - sweepMs);
  expect(late.state).toBe('active');
  clock.advance(sweepMs);
  expect([late.state, sockets.active]).toEqual(['rejected', 0]);
});

test('an authenticated socket frees its slot, and no limit ends it', () => {
  const { clock, sockets, client, clients } = createSocketsRig();
  const peers = clients(socketsPerAddress, '10.0.0.1');
  const late = client('10.0.0.1');
  for (const { socket, readBytes } of peers) {
    readBytes(bytes * 100);
    sockets.authenticated(socket);
  }
  expect([late.state, sockets.active]).toEqual(['active', 1]);
  late.close();
  clock.advance(timeMs * 2);
  expect([states(peers), clock.pending]).toEqual([['active'], 0]);
  for (const peer of peers) peer.close();
  expect(sockets.active).toBe(0);
});

test('counts a socket that is rejected and closes once', async () => {
  const { clock, sockets, client } = createSocketsRig();
  client('10.0.0.1').readBytes(bytes + 1);
  const other = client('10.0.0.1');
  await clock.advanceAsync(sweepMs);
  expect([sockets.active, other.state]).toEqual([1, 'active']);
});

test('a stop destroys all sockets, pending ones too, and leaves no timer', async () => {
  const { clock, sockets, clients } = createSocketsRig();
  const all = clients(maxActive + 4, '127.0.0.1');
  sockets.stop();
  await clock.advanceAsync(0);
  expect([states(all), sockets.active, sockets.pending, clock.pending]).toEqual([['closed'], 0, 0, 0]);
});
