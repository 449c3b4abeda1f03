import type { Readable } from 'node:stream';
import type { LanpeerNode } from '../api/node.ts';
import type { PeerStream } from '../api/streams.ts';
import { LanpeerError } from '../errors.ts';
import { describeThrown } from '../util/thrown.ts';
import { fromJson } from './json.ts';
import type { CommandOf } from './read-command.ts';
import type { StreamSources } from './stream-source.ts';

/** Writes a source to a stream; resolves when the other program has read all of it. */
async function write(source: Readable, { writable }: PeerStream): Promise<void> {
  const writer = writable.getWriter();
  // A pipe that has nothing to read must not keep a stream that has ended.
  writer.closed.catch((error: Error) => source.destroy(error));
  for await (const bytes of source) await writer.write(bytes as Uint8Array);
  await writer.close();
}

/**
 * Sends a file, or what comes from a descriptor, as a byte stream. Resolves when the program at the peer has read all of
 * it. What that program writes is dropped.
 */
export async function sendStream(
  node: Pick<LanpeerNode, 'openStream'>,
  sources: StreamSources,
  { to, type, data, file, fd }: CommandOf<'stream'>,
): Promise<{ readonly bytes: number }> {
  const openSource = sources.take({ file, fd });
  let stream: PeerStream;
  try {
    stream = await node.openStream(to, type, { data: fromJson(data ?? null) });
  } catch (thrown) {
    if (fd !== undefined) openSource().destroy();
    throw thrown;
  }
  stream.readable.pipeTo(new WritableStream()).catch(() => undefined);
  try {
    await write(openSource(), stream);
    return { bytes: stream.sent.read };
  } catch (thrown) {
    if (thrown instanceof LanpeerError) throw thrown;
    // What the system says may have the path in it, which is no business of the peer.
    stream.abort(new LanpeerError('ERR_FILE'));
    throw new LanpeerError('ERR_FILE', `${file ?? `Descriptor ${fd}`} cannot be read: ${describeThrown(thrown)}`, {
      cause: thrown,
      bytes: stream.sent.read,
    });
  } finally {
    stream.abort();
  }
}
