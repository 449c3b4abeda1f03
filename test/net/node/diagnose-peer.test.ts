import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { type Diagnosis, type LanpeerNode, makeNetworkKey } from '../../../src/index.ts';
import { connect, hasPeer, isUpgraded, makeNode, startPair } from '../../support/nodes.ts';

/** The checks of the peer, by id, with what they found. */
const found = ({ checks }: Diagnosis): Readonly<Record<string, string>> =>
  Object.fromEntries(checks.filter(({ id }) => id.startsWith('peer-')).map(({ id, status }) => [id, status]));

const check = ({ checks }: Diagnosis, which: string) => {
  const one = checks.find(({ id }) => id === which);
  if (!one) throw new Error(`no check ${which}`);
  return one;
};

const where = ({ port }: LanpeerNode) => ({ address: '127.0.0.1', port });

/** Not heard: these nodes run without mDNS. */
const sound = {
  'peer-heard': 'unknown',
  'peer-tcp': 'ok',
  'peer-id': 'ok',
  'peer-access': 'ok',
  'peer-back': 'ok',
  'peer-udp': 'ok',
  'peer-mtu': 'ok',
  'peer-webrtc': 'ok',
};

describe('a node that is asked about one peer', { timeout: 60_000 }, () => {
  test('looks at the way to one that is connected, from either side', async () => {
    const { lower: one, higher: other } = await startPair();
    await connect(one, other);
    await Promise.all([isUpgraded(one, other.id), isUpgraded(other, one.id)]);
    const [near, far] = await Promise.all([one.diagnose({ peer: other.id }), other.diagnose({ peer: one.id })]);
    for (const diagnosis of [near, far]) expect(found(diagnosis)).toEqual(sound);
    expect([near.peer, far.peer]).toEqual([other.id, one.id]);
    expect(check(near, 'peer-mtu').summary).toMatch(/^Packets of 1500 bytes pass/);
    // What is there stays as it was.
    expect([one.stats().signallingSessions, other.stats().signallingSessions]).toEqual([1, 1]);
  });

  test('dials one that is named by its address, and it becomes a peer', async () => {
    const { lower: one, higher: other } = await startPair();
    const diagnosis = await one.diagnose({ peer: where(other) });
    expect(found(diagnosis)).toEqual(sound);
    expect(diagnosis.peer).toBe(`127.0.0.1:${other.port}`);
    expect(check(diagnosis, 'peer-id').summary).toContain(other.name);
    await hasPeer(one, other.id);
  });

  test('names the network key, the allow-list and another device at the address', async () => {
    const networkKey = makeNetworkKey();
    const [one, stranger, listed] = [
      makeNode({ access: { networkKey } }),
      makeNode(),
      makeNode({ access: { allow: ['a'.repeat(52)] } }),
    ];
    await Promise.all([one, stranger, listed].map((node) => node.start()));
    const [byKey, byList, other] = await Promise.all([
      one.diagnose({ peer: where(stranger) }),
      one.diagnose({ peer: where(listed) }),
      stranger.diagnose({ peer: where(listed) }),
    ]);
    expect(check(byKey, 'peer-access')).toMatchObject({
      status: 'fault',
      summary: expect.stringMatching(/keys differ/),
    });
    for (const diagnosis of [byList, other])
      expect(check(diagnosis, 'peer-access')).toMatchObject({
        status: 'fault',
        summary: expect.stringMatching(/allow-list/),
      });
    for (const diagnosis of [byKey, byList]) {
      expect(diagnosis.cause).toBe('peer-access');
      expect(found(diagnosis)).toMatchObject({ 'peer-tcp': 'ok', 'peer-id': 'ok', 'peer-back': 'unknown' });
    }
  });

  test('names a port where nothing listens, and one where something else does', async () => {
    const { lower: one } = await startPair();
    const web = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    }).listen(0, '127.0.0.1');
    await once(web, 'listening');
    const { port } = web.address() as AddressInfo;
    const something = await one.diagnose({ peer: { address: '127.0.0.1', port } });
    web.close();
    await once(web, 'close');
    const nothing = await one.diagnose({ peer: { address: '127.0.0.1', port } });
    expect(check(something, 'peer-id').summary).toMatch(/is not lanpeer/);
    expect(check(nothing, 'peer-tcp')).toMatchObject({
      status: 'fault',
      evidence: [expect.stringMatching(/ECONNREFUSED/)],
    });
    expect(found(nothing)['peer-id']).toBe('unknown');
    // It is this device itself.
    const self = await one.diagnose({ peer: where(one) });
    expect(check(self, 'peer-id').summary).toMatch(/is this device itself/);
  });

  test('of which nothing is known, says so, and what to do', async () => {
    const { lower: one } = await startPair();
    const diagnosis = await one.diagnose({ peer: 'a'.repeat(52) });
    expect(found(diagnosis)).toMatchObject({
      'peer-heard': 'unknown',
      'peer-tcp': 'unknown',
      'peer-access': 'unknown',
    });
    expect(diagnosis.status).toBe('unknown');
    expect(check(diagnosis, 'peer-tcp').next).toMatch(/ADDRESS:PORT/);
  });

  test('stops in time, with what it knows by then, and at once when it is aborted', async () => {
    const { lower: one, higher: other } = await startPair();
    const begun = performance.now();
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const peer = { address: '127.0.0.1', port: (silent.address() as AddressInfo).port };
    const early = await one.diagnose({ peer, timeout: 300 });
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(found(early)['peer-tcp']).toBe('unknown');
    const controller = new AbortController();
    const aborted = one.diagnose({ peer: where(other), signal: controller.signal });
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    silent.close();
  });

  test('again and again, on a sound network, never finds a fault', async () => {
    const { lower: one, higher: other } = await startPair();
    await connect(one, other);
    const statuses = new Set<string>();
    for (let no = 0; no < 5; no += 1) {
      const diagnosis = await one.diagnose({ peer: other.id });
      for (const [id, status] of Object.entries(found(diagnosis))) if (status !== 'ok') statuses.add(`${id} ${status}`);
    }
    expect([...statuses]).toEqual(['peer-heard unknown']);
  });
});
