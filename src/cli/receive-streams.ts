import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { LanpeerNode } from '../api/node.ts';
import type { PeerStream } from '../api/streams.ts';
import { systemClock } from '../environment.ts';
import { asLanpeerError, LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { RunArguments } from './args/run.ts';
import { failed } from './command-outcome.ts';
import type { Output } from './output.ts';
import { type ReceivedFile, StreamFolder } from './stream-folder.ts';

export interface StreamReceiverDeps {
  readonly node: Pick<LanpeerNode, 'acceptStream'>;
  readonly folder: Pick<StreamFolder, 'create'>;
  readonly output: Pick<Output, 'write' | 'tell' | 'room'>;
}

/** Writes the byte streams that peers open into a folder. */
export class StreamReceiver {
  readonly #deps: StreamReceiverDeps;
  /** Streams that were accepted and are not over. */
  #open = 0;
  readonly #writing = new Set<Promise<object>>();

  /** @param types Streams of these are accepted. Throws `ERR_TYPE`. */
  constructor(deps: StreamReceiverDeps, types: Iterable<string>) {
    this.#deps = deps;
    for (const type of new Set(types)) deps.node.acceptStream(type, (stream) => this.#accept(stream));
  }

  /** Resolves when no file is written. */
  async settled(): Promise<void> {
    await Promise.all(this.#writing);
  }

  #accept(stream: PeerStream): void {
    if (this.#open >= limits.cli.openStreams) {
      stream.abort(new LanpeerError('ERR_BUSY'));
      return;
    }
    this.#open += 1;
    void this.#receive(stream).finally(() => {
      this.#open -= 1;
    });
  }

  async #receive(stream: PeerStream): Promise<void> {
    const { folder, output } = this.#deps;
    let file: ReceivedFile;
    try {
      // The peer is held back by the reader of the events, as with messages.
      await output.room();
      file = await folder.create(stream.peerId);
    } catch (thrown) {
      const { code, message } = asLanpeerError(thrown, 'ERR_FILE');
      stream.abort(new LanpeerError('ERR_FILE'));
      output.tell({ event: 'error', code, message });
      return;
    }
    const about = { from: stream.peerId, type: stream.type, path: file.path };
    output.write({ event: 'stream', change: 'opened', ...about, data: stream.data });
    const writing = this.#write(stream, file);
    this.#writing.add(writing);
    const outcome = await writing;
    this.#writing.delete(writing);
    output.write({ event: 'stream', change: 'ended', ...about, ...outcome, bytes: stream.received.read });
  }

  async #write(stream: PeerStream, file: ReceivedFile): Promise<object> {
    try {
      for await (const bytes of stream.readable) await file.write(bytes);
      await file.complete();
      stream.writable.close().catch(() => undefined);
      return { ok: true };
    } catch (thrown) {
      // What the system says has the path in it, which is no business of the peer.
      stream.abort(new LanpeerError('ERR_FILE'));
      await file.discard().catch(() => undefined);
      return failed(asLanpeerError(thrown, 'ERR_FILE'));
    }
  }
}

/** Accepts streams of these types into that folder; none where no folder is named. Rejects with `ERR_USAGE`. */
export async function receiveStreams(
  node: LanpeerNode,
  streams: RunArguments['streams'],
  output: Output,
): Promise<StreamReceiver | undefined> {
  if (streams === undefined) return undefined;
  const path = resolve(streams.folder);
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new LanpeerError('ERR_USAGE', `--streams: ${path} is no folder.`);
  return new StreamReceiver({ node, folder: new StreamFolder(path, { clock: systemClock }), output }, streams.types);
}
