import type { LanpeerNode } from '../api/node.ts';
import type { PeerStream } from '../api/streams.ts';
import type { Clock } from '../environment.ts';
import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { DeviceId } from '../protocol/device-id.ts';
import { createQueue } from '../util/queue.ts';
import { within } from '../util/within.ts';
import { entryFrame } from './entry.ts';
import { FrameReader } from './frame-reader.ts';
import { FrameWriter } from './frame-writer.ts';
import { type FrameHead, frameOfNumbers, frameTypes, numberAt, refuse } from './frames.ts';
import { encodeOffer, filesType } from './offer.ts';
import { hashesOf, sendFile, twoPieces } from './send-file.ts';
import type { FileSource, SourceEntry } from './source.ts';
import type { TransferHandle } from './transfers.ts';

const { unconfirmed, goodbyeMs } = limits.files;

export interface SendOnceOptions {
  readonly node: Pick<LanpeerNode, 'openStream'>;
  readonly to: DeviceId;
  readonly source: FileSource;
  readonly transfer: TransferHandle;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The receiver has taken it. */
  readonly accepted: () => void;
}

/**
 * Offers files over a stream, and sends what the receiver does not have. Resolves when it has all of them, under their names
 * and with the same hashes. Rejects as streams do, and with `ERR_FILE`, `ERR_FILE_CHANGED`, `ERR_OFFER`.
 */
export async function sendOnce(options: SendOnceOptions): Promise<void> {
  const { node, to, source, signal } = options;
  const stream = await node.openStream(to, filesType, { data: encodeOffer(source.offer), signal });
  await new Sending(options, stream).run();
}

/** One stream with files. */
class Sending {
  readonly #options: SendOnceOptions;
  readonly #stream: PeerStream;
  readonly #reader: FrameReader;
  readonly #writer: FrameWriter;
  readonly #memory = twoPieces();
  /** Hashes of files that the receiver has not confirmed. */
  readonly #unconfirmed = createQueue<Uint8Array>();
  #room: (() => void) | undefined;
  /** What ended it. */
  #error: unknown;

  constructor(options: SendOnceOptions, stream: PeerStream) {
    this.#options = options;
    this.#stream = stream;
    this.#reader = new FrameReader(stream.readable);
    this.#writer = new FrameWriter(stream.writable);
  }

  async run(): Promise<void> {
    try {
      const { entries, pieces } = await this.#accepted();
      const sending = this.#send(entries, pieces);
      await sending.catch((thrown) => this.#fail(thrown));
    } catch (thrown) {
      this.#fail(thrown);
    }
    if (this.#error !== undefined) throw this.#error;
    const { clock } = this.#options;
    await within(clock, goodbyeMs, this.#writer.close());
    this.#stream.abort();
  }

  /** The first error is the one that counts: others follow from it. */
  #fail(thrown: unknown): void {
    this.#error ??= thrown;
    this.#stream.abort(this.#error instanceof LanpeerError ? withoutPath(this.#error) : undefined);
    this.#room?.();
  }

  async #accepted(): Promise<{ readonly entries: number; readonly pieces: number }> {
    const { source, transfer, accepted } = this.#options;
    const head = await this.#reader.next();
    if (head?.type !== frameTypes.accept) throw refuse('did not say what it has');
    const body = await this.#reader.body(head.length);
    const [entries, pieces] = [numberAt(body, 0), numberAt(body, 8)];
    if (entries > source.offer.entries) throw refuse('has more than was offered');
    accepted();
    transfer.set({ state: pieces > 0 ? 'checking' : 'moving', filesDone: 0, bytesDone: 0, keptBytes: 0 });
    return { entries, pieces };
  }

  async #send(has: number, pieces: number): Promise<void> {
    const { source, transfer } = this.#options;
    let index = 0;
    let answers: Promise<void> | undefined;
    let isKeptTold = false;
    const begin = async (kept: number): Promise<void> => {
      if (isKeptTold) return;
      isKeptTold = true;
      await this.#writer.write(frameOfNumbers(frameTypes.kept, transfer.value.filesDone, kept));
    };
    for await (const entry of source.entries()) {
      if (this.#error !== undefined) return;
      if (index < has) this.#keep(entry);
      else {
        await begin(transfer.value.bytesDone);
        await this.#sendEntry(entry, index === has ? pieces : 0);
        // What it says of its pieces comes before everything else that it says.
        answers ??= this.#answers().catch((thrown) => this.#fail(thrown));
      }
      index += 1;
    }
    answers ??= this.#answers().catch((thrown) => this.#fail(thrown));
    await this.#writer.write(frameOfNumbers(frameTypes.end, index));
    await this.#writer.flush();
    await answers;
  }

  #keep({ kind, size }: SourceEntry): void {
    const { transfer } = this.#options;
    const { filesDone, bytesDone, keptBytes } = transfer.value;
    if (kind !== 'folder')
      transfer.set({ filesDone: filesDone + 1, bytesDone: bytesDone + size, keptBytes: keptBytes + size });
  }

  async #sendEntry(entry: SourceEntry, pieces: number): Promise<void> {
    if (entry.kind === 'folder') {
      for await (const _ of hashesOf(this.#reader, pieces));
      await this.#writer.write(entryFrame(entry));
      return;
    }
    const { transfer } = this.#options;
    const hash = await sendFile({
      ...{ entry, pieces, reader: this.#reader, writer: this.#writer, memory: this.#memory },
      kept: (bytes) => {
        const { bytesDone, keptBytes } = transfer.value;
        transfer.set({ state: 'moving', bytesDone: bytesDone + bytes, keptBytes: keptBytes + bytes });
      },
      sent: (bytes) => transfer.set({ bytesDone: transfer.value.bytesDone + bytes }),
    });
    this.#unconfirmed.push(hash);
    if (this.#unconfirmed.size < unconfirmed) return;
    await this.#writer.flush();
    await new Promise<void>((resolve) => {
      this.#room = resolve;
      if (this.#error !== undefined || this.#unconfirmed.size < unconfirmed) resolve();
    });
  }

  /** Resolves when the receiver has everything. */
  async #answers(): Promise<void> {
    const { source, transfer } = this.#options;
    for (;;) {
      const head = await this.#reader.next();
      if (head?.type === frameTypes.done) {
        const entries = numberAt(await this.#reader.body(head.length), 0);
        if (entries !== source.offer.entries || this.#unconfirmed.size > 0) throw refuse('has not got everything');
        return;
      }
      await this.#confirmed(head);
      transfer.set({ filesDone: transfer.value.filesDone + 1 });
    }
  }

  async #confirmed(head: FrameHead | undefined): Promise<void> {
    if (head?.type !== frameTypes.stored) throw refuse('ended before it had everything');
    const theirs = await this.#reader.body(head.length);
    const ours = this.#unconfirmed.shift();
    if (!ours || Buffer.compare(ours, theirs) !== 0) throw refuse('has a file with another hash');
    this.#room?.();
    this.#room = undefined;
  }
}

/** What the system says has paths in it, which are no business of the peer. */
const withoutPath = ({ code }: LanpeerError): LanpeerError => new LanpeerError(code);
