import { filter, firstValueFrom, take, timeout, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import { limits } from '../../../src/index.ts';
import { announcementOf } from '../../support/forged-mdns.ts';
import { forge, inventedId, makeNetwork, pause, startTalkers } from '../../support/forged-network.ts';
import { openBlackHole } from '../../support/unresponsive-servers.ts';

test('one address that forged announcements name is called a few times a second, and never at the ports of services', async () => {
  const { perTarget } = limits.dial;
  const hole = await openBlackHole(['127.0.0.61']);
  const { make, tag, dialed } = makeNetwork();
  const node = make('alone');
  await node.start();
  const sources = Array.from({ length: 20 }, (_, at) => `127.0.0.${100 + at}`);
  const senders = await Promise.all(sources.map(forge));
  const begun = performance.now();
  try {
    for (let turn = 0; turn < 20; turn += 1) {
      for (const [at, sender] of senders.entries()) {
        const port = at % 4 === 0 ? [22, 25, 80, 161][turn % 4] : hole.port;
        await sender.send(
          announcementOf({ id: inventedId(), port: port ?? 22, networkTag: tag, addresses: ['127.0.0.61'] }),
        );
      }
      await pause(200);
    }
    const seconds = (performance.now() - begun) / 1_000;
    expect(hole.taken).toBeLessThanOrEqual(perTarget.burst + perTarget.perSecond * (seconds + 1));
    expect(new Set(dialed.map((one) => 'port' in one && Number(one.port) < 1_024))).not.toContain(true);
  } finally {
    await hole.close();
  }
});

test('addresses outside the interfaces are never dialed, whatever records say', async () => {
  const { one, other, tag, dialed, expectUntouched } = await startTalkers();
  const sender = await forge('127.0.0.41');
  const ids = new Set(Array.from({ length: 10 }, inventedId));
  const failed = [one, other].map((node) =>
    firstValueFrom(
      node.connections$.pipe(
        // Every address of a device has been tried by then.
        filter(({ id, state }) => state === 'failed' && ids.has(id)),
        take(ids.size),
        toArray(),
        timeout(15_000),
      ),
    ),
  );
  for (const id of ids)
    await sender.send(
      announcementOf({ id, port: 40_009, networkTag: tag, addresses: ['203.0.113.1', '203.0.113.77', '10.9.8.7'] }),
    );
  await Promise.all(failed);
  const about = dialed.filter(({ id }) => ids.has(id));
  expect(new Set(about.map(({ address }) => address))).toEqual(new Set(['127.0.0.41']));
  const known = [...(await firstValueFrom(one.devices$)).values()].filter(({ id }) => ids.has(id));
  expect(known).toHaveLength(ids.size);
  expect(new Set(known.flatMap(({ addresses }) => addresses))).toEqual(new Set(['127.0.0.41']));
  await expectUntouched();
});
