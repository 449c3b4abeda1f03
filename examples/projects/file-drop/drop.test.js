import { deepEqual, equal } from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createNode, makeNetworkKey } from 'lanpeer';
import { drop, takeDrops } from './drop.js';

test('a file is there as it was, under a name of this side', { timeout: 30_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lanpeer-drop-'));
  const access = { networkKey: makeNetworkKey() };
  const [desk, shelf] = ['desk', 'shelf'].map((name) =>
    createNode({ name, access, interfaces: ['127.0.0.1'], discovery: false }),
  );
  try {
    await Promise.all([desk.start(), shelf.start()]);
    const about = [];
    takeDrops(shelf, folder, { dropped: (_, data) => about.push(data.name) });
    const file = join(folder, 'film.mp4');
    const bytes = randomBytes(3_000_000);
    await writeFile(file, bytes);
    await desk.connect({ address: '127.0.0.1', port: shelf.port, id: shelf.id });
    await drop(desk, shelf.id, file);
    equal(Buffer.compare(await readFile(join(folder, '0001.bin')), bytes), 0);
    deepEqual([about, (await readdir(folder)).sort()], [['film.mp4'], ['0001.bin', 'film.mp4']]);
  } finally {
    await Promise.all([desk.stop(), shelf.stop()]);
    await rm(folder, { recursive: true });
  }
});
