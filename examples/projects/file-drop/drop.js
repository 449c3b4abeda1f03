import { createReadStream, createWriteStream } from 'node:fs';
import { rename, stat, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Takes what peers drop into a folder, each under a number of its own: no name from outside names a file here. */
export function takeDrops(node, folder, { dropped = () => undefined } = {}) {
  let count = 0;
  node.acceptStream('drop', async (stream) => {
    count += 1;
    const target = join(folder, `${String(count).padStart(4, '0')}.bin`);
    const part = `${target}.part`;
    const bytes = Duplex.fromWeb(stream, { allowHalfOpen: true });
    try {
      await pipeline(bytes, createWriteStream(part, { flags: 'wx' }));
      await rename(part, target);
    } catch (error) {
      await unlink(part).catch(() => undefined);
      throw error;
    }
    dropped(target, stream.data);
    bytes.end();
  });
}

/** Sends a file; resolves when it is whole at the other end, over however many cuts. */
export async function drop(node, to, file) {
  const { size } = await stat(file);
  const stream = await node.openStream(to, 'drop', { data: { name: basename(file), size } });
  await pipeline(createReadStream(file), Duplex.fromWeb(stream), async (answer) => {
    for await (const _ of answer);
  });
  await stream.closed;
}
