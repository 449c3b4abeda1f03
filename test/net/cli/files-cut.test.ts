import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSeededRandom } from '../../../src/testing/simulation/seeded-random.ts';
import { makeDirectory } from '../../support/cli.ts';
import { broken, is, mostMemoryOf, setUpFileCommands } from '../../support/file-commands.ts';
import { hashesBelow, makeFiles } from '../../support/file-transfers.ts';

/** More in the release check. */
const megabytes = Number(process.env['LANPEER_FILE_MB'] ?? 200);
const cuts = Math.max(2, Math.round(megabytes / 50));
const kills = Number(process.env['LANPEER_FILE_KILLS'] ?? 6);
const seed = Number(process.env['LANPEER_FILE_SEED'] ?? 1);

const mostBytes = 150_000_000;

test(`${megabytes} MB over ${cuts} cuts, and a kill of each side: the same hash, and little is sent twice`, async () => {
  const { from, into, env, send, receive } = await setUpFileCommands({ tls: true });
  const size = megabytes * 1_000_000;
  await makeFiles(from, { large: size });
  const sentFiles = [join(await makeDirectory(), 'sent'), join(await makeDirectory(), 'sent')] as const;
  const cutAt = Array.from({ length: cuts / 2 }, (_, at) => ((at + 0.5) / cuts) * size);
  // The receiver goes at a third, the sender in the middle; each has a half of the cuts.
  env.shelf = broken({ killAt: 0.33 * size });
  const first = await receive('--yes');
  env.desk = broken({ cutAt, killAt: 0.5 * size, sentFile: sentFiles[0] });
  const killed = send('shelf', join(from, 'large'));
  expect(await first.cli.exited).toBe('SIGKILL');
  env.shelf = process.env;
  const second = await receive('--yes');
  expect(await killed.exited, killed.log).toBe('SIGKILL');
  env.desk = broken({ cutAt, sentFile: sentFiles[1] });
  const sender = send('shelf', join(from, 'large'));
  const memory: number[] = [];
  /** At each event of its progress, until it is over. */
  const watch = async (): Promise<void> => {
    const from = sender.events.length;
    await sender.waitFor('progress', is('progress'), { from, timeMs: 60_000 });
    memory.push(mostMemoryOf(sender), mostMemoryOf(second.cli));
    await watch();
  };
  await watch().catch(() => undefined);
  expect(await sender.exited, sender.log).toBe(0);
  memory.push(mostMemoryOf(second.cli));
  const [sent] = sender.events.filter(is('sent'));
  expect(sent).toMatchObject({ files: 1, bytes: size });
  expect(Number(sent?.['keptBytes'])).toBeGreaterThan(0.4 * size);
  expect(await hashesBelow(into)).toEqual(await hashesBelow(from));
  const written = await Promise.all(sentFiles.map(async (file) => Number(await readFile(file, 'utf8'))));
  const twice = written.reduce((sum, one) => sum + one, 0) / size - 1;
  const figures = `${(100 * twice).toFixed(2)} % more than the file, ${Math.round(Math.max(...memory) / 1e6)} MB of memory`;
  process.stdout.write(`files: ${figures}\n`);
  // At a break as much as was on its way: of a small file that is a larger part.
  expect(twice).toBeLessThan(Math.max(0.02, 12_000_000 / size));
  expect(Math.max(...memory)).toBeLessThan(mostBytes);
}, 600_000);

test(`killed ${kills} times at any point, whoever it is, everything arrives once`, async () => {
  const { from, into, env, send, receive } = await setUpFileCommands();
  const random = createSeededRandom(seed);
  await makeFiles(from, { 'd/large': 30_000_000, top: 5_000_000 });
  await makeFiles(from, Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`d/${at % 7}/${at}`, at * 3_000])));
  const paths = [join(from, 'd'), join(from, 'top')];
  let isWhole = false;
  for (let kill = 0; kill < kills && !isWhole; kill += 1) {
    const point = broken({ killAt: random.integer(50_000, 15_000_000) });
    const isReceiver = random.bool(0.5);
    env.shelf = isReceiver ? point : process.env;
    env.desk = isReceiver ? process.env : point;
    const { cli: receiver } = await receive('--yes');
    const sender = send('shelf', ...paths);
    // What is left may be less than that.
    await Promise.race([receiver.exited, sender.exited]);
    for (const one of [sender, receiver]) one.kill('SIGKILL');
    isWhole = (await sender.exited) === 0;
    await receiver.exited;
  }
  env.shelf = process.env;
  env.desk = process.env;
  await receive('--yes');
  if (!isWhole) {
    const sender = send('shelf', ...paths);
    expect(await sender.exited, sender.log).toBe(0);
  }
  expect(await hashesBelow(into)).toEqual(await hashesBelow(from));
}, 1_200_000);
