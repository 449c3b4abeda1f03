import { readFile } from 'node:fs/promises';
import { filter, firstValueFrom, timeout, timer } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { makeDirectory, makeKeyFile, startNode } from '../../support/cli.ts';
import { announcementOf, goodbyeOf } from '../../support/forged-mdns.ts';
import {
  forge,
  inventedId,
  later,
  makeNetwork,
  nextDevice,
  pause,
  startTalkers,
} from '../../support/forged-network.ts';
import { addressOf, connect, hasPeer, nextChange } from '../../support/nodes.ts';
import { openBlackHole } from '../../support/unresponsive-servers.ts';

test('a goodbye in the name of a live peer changes nothing but the list of devices', async () => {
  const { one, other, tag, expectUntouched } = await startTalkers();
  const foreign = await forge('127.0.0.51');
  const impostor = await forge('127.0.0.1');
  const lost: string[] = [];
  one.deviceEvents$.subscribe(({ change, device }) => change === 'lost' && lost.push(device.id));
  const fence = inventedId();
  const fenced = nextDevice(one, fence);
  for (let no = 0; no < 20; no += 1) await foreign.send(goodbyeOf(other.id, other.port));
  await foreign.send(announcementOf({ id: fence, port: 9, networkTag: tag }));
  await fenced;
  expect(lost).toEqual([]);
  const gone = nextDevice(one, other.id, 'lost');
  for (let no = 0; no < 20; no += 1) await impostor.send(goodbyeOf(other.id, other.port));
  await gone;
  await expectUntouched();
});

describe('announcements in the name of a peer', () => {
  test('while it is connected: the link stays', async () => {
    const { one, other, third, tag, expectUntouched } = await startTalkers();
    const hole = await openBlackHole(['127.0.0.31']);
    try {
      const [far, near] = await Promise.all(['127.0.0.31', '127.0.0.1'].map(forge));
      for (const [sender, port] of [
        [far, hole.port],
        [near, third.port],
        [near, 9],
      ] as const) {
        const heard = firstValueFrom(
          one.devices$.pipe(
            filter((devices) => devices.get(other.id)?.port === port),
            timeout(5_000),
          ),
        );
        for (let no = 0; no < 30; no += 1) {
          const forged = { id: other.id, port, networkTag: tag, incarnation: later(), addresses: ['203.0.113.9'] };
          await sender?.send(announcementOf(forged));
          await pause(5);
        }
        expect((await heard).get(other.id)?.incarnation.counter).toBeGreaterThan(Date.now());
      }
      await expectUntouched();
      // No node dials a peer that is connected; the device itself looks for a copy of it, once in a while.
      expect(hole.taken).toBeLessThanOrEqual(2);
    } finally {
      await hole.close();
    }
  });

  test.each(['SIGKILL', 'SIGTERM'] as const)(
    'after %s: when dials reach other devices, connects again at once',
    { timeout: 60_000 },
    async (signal) => {
      const keyFile = await makeKeyFile();
      const state = await makeDirectory();
      const { one, other, tag, dialed, expectUntouched } = await startTalkers({
        networkKey: (await readFile(keyFile, 'utf8')).trim(),
      });
      const first = await startNode({ keyFile, state });
      await hasPeer(one, first.id);
      const reasons: string[] = [];
      one.connections$.subscribe(({ id, reason }) => id === first.id && reasons.push(reason));
      const [far, near] = await Promise.all(['127.0.0.31', '127.0.0.1'].map(forge));
      let forging = true;
      // One address without a host, one where another member of the network answers.
      const forgery = (async () => {
        while (forging) {
          const forged = { id: first.id, networkTag: tag, incarnation: later() };
          await far?.send(announcementOf({ ...forged, port: 9 }));
          await near?.send(announcementOf({ ...forged, port: other.port }));
          await pause(100);
        }
      })();
      const down = nextChange(one, ({ id, state }) => id === first.id && (state === 'failed' || state === 'closed'));
      first.cli.kill(signal);
      await first.cli.exited;
      await down;
      const before = dialed.length;
      await firstValueFrom(
        timer(0, 20).pipe(
          filter(() =>
            dialed.slice(before).some(({ id, code }) => id === first.id && code === 'ERR_IDENTITY_MISMATCH'),
          ),
          timeout(10_000),
        ),
      );
      const second = await startNode({ keyFile, state });
      const begun = performance.now();
      await hasPeer(one, second.id);
      expect(performance.now() - begun).toBeLessThan(5_000);
      forging = false;
      await forgery;
      expect(second.id).toBe(first.id);
      expect(reasons).not.toContain('denied');
      await expectUntouched();
      // Nor does the one that was met think worse of the caller.
      await one.disconnect(other.id);
      await connect(one, other);
      expect((await one.connect(addressOf(other))).id).toBe(other.id);
    },
  );
});

test('a member that comes back at another port is met at once, whatever one forger says of its id', async () => {
  const hole = await openBlackHole(['127.0.0.31']);
  const keyFile = await makeKeyFile();
  const state = await makeDirectory();
  const { make, tag } = makeNetwork((await readFile(keyFile, 'utf8')).trim());
  const one = make('one');
  await one.start();
  const first = await startNode({ keyFile, state });
  await hasPeer(one, first.id);
  const far = await forge('127.0.0.31');
  let forging = true;
  const incarnation = { counter: 2 ** 53 - 1, random: 'f'.repeat(16) };
  const forgery = (async () => {
    for (let no = 0; forging; no += 1) {
      // Silent listeners, ports where nothing listens, its goodbye: each time something new.
      const port = no % 3 === 0 ? hole.port : 40_000 + (no % 1_000);
      await far.send(announcementOf({ id: first.id, networkTag: tag, incarnation, port }));
      if (no % 7 === 0) await far.send(goodbyeOf(first.id, port));
      await pause(25);
    }
  })();
  try {
    const down = nextChange(one, ({ id, state: is }) => id === first.id && is === 'failed');
    first.cli.kill('SIGKILL');
    await first.cli.exited;
    await down;
    const second = await startNode({ keyFile, state });
    const begun = performance.now();
    await hasPeer(one, second.id);
    expect(performance.now() - begun).toBeLessThan(2_000);
  } finally {
    forging = false;
    await forgery;
    await hole.close();
  }
});
