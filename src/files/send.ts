import type { LanpeerNode } from '../api/node.ts';
import type { PeerStream } from '../api/streams.ts';
import type { Clock } from '../environment.ts';
import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { DeviceId } from '../protocol/device-id.ts';
import { within } from '../util/within.ts';
import { compareKept } from './compare-kept.ts';
import { Confirmations } from './confirmations.ts';
import { entryFrame } from './entry.ts';
import { FrameReader } from './frame-reader.ts';
import { FrameWriter } from './frame-writer.ts';
import { frameOfNumbers, frameTypes, numberAt, refuse } from './frames.ts';
import { encodeOffer, filesType } from './offer.ts';
import { twoPieces } from './pieces.ts';
import { hashesOf, sendFile } from './send-file.ts';
import type { FileSource, SourceEntry } from './source.ts';
import type { TransferHandle } from './transfers.ts';

const { goodbyeMs, pieceBytes } = limits.files;

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
  readonly #confirmations = new Confirmations();
  /** What the receiver says after the hashes of what it has. */
  #answers: Promise<void> | undefined;
  #isAllSent = false;
  /** Entries and pieces that were compared. */
  #looks = 0;
  /** What ended it, and what waits for it. */
  #error: unknown;
  readonly #over = new AbortController();

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
    // What the system says has paths in it, which are no business of the peer.
    this.#stream.abort(this.#error instanceof LanpeerError ? new LanpeerError(this.#error.code) : undefined);
    this.#over.abort(this.#error);
    this.#confirmations.end();
  }

  async #accepted(): Promise<{ readonly entries: number; readonly pieces: number }> {
    const { source, transfer, accepted } = this.#options;
    const head = await this.#reader.next();
    if (head?.type !== frameTypes.accept) throw refuse('did not say what it has');
    const body = await this.#reader.body(head.length);
    const [entries, pieces] = [numberAt(body, 0), numberAt(body, 8)];
    const { offer } = source;
    const isMore = entries > offer.entries || pieces * pieceBytes > (offer.bytes ?? 0);
    if (isMore || (entries > 0 && !offer.resumable)) throw refuse('has more than was offered');
    accepted();
    transfer.set({ state: entries + pieces > 0 ? 'checking' : 'moving', ...nothing });
    return { entries, pieces };
  }

  async #send(has: number, pieces: number): Promise<void> {
    const { transfer } = this.#options;
    const entries = await this.#compare(has, pieces);
    let index = entries.from;
    let left = index === has ? pieces : 0;
    transfer.set({ state: left > 0 ? 'checking' : 'moving' });
    if (left === 0) this.#listen();
    await this.#writer.write(frameOfNumbers(frameTypes.begin, index));
    for await (const entry of entries) {
      if (this.#error !== undefined) return;
      await this.#sendEntry(entry, left);
      left = 0;
      index += 1;
    }
    this.#listen();
    this.#isAllSent = true;
    await this.#writer.write(frameOfNumbers(frameTypes.end, index));
    await this.#writer.flush();
    await this.#answers;
  }

  /** The entries to send, and where they begin: behind what the receiver has, if that is all the same, or all of them. */
  async #compare(has: number, pieces: number): Promise<AsyncIterable<SourceEntry> & { readonly from: number }> {
    const { source, transfer } = this.#options;
    const entries = source.entries()[Symbol.asyncIterator]();
    const isSame = await compareKept(entries, {
      ...{ count: has, reader: this.#reader, memory: this.#memory, over: this.#over.signal },
      looked: (bytes) => this.#looked(bytes),
      same: ({ kind }) => void (kind !== 'folder' && transfer.set({ filesDone: transfer.value.filesDone + 1 })),
    });
    if (isSame) return { from: has, [Symbol.asyncIterator]: () => entries };
    await entries.return?.();
    for await (const _ of hashesOf(this.#reader, pieces));
    transfer.set(nothing);
    return { from: 0, [Symbol.asyncIterator]: () => source.entries()[Symbol.asyncIterator]() };
  }

  /** So much of what the receiver has was looked at. Tells it now and then, so that it knows that something goes on. */
  async #looked(bytes: number): Promise<void> {
    const { transfer } = this.#options;
    const { filesDone, bytesDone, keptBytes } = transfer.value;
    if (bytes > 0) transfer.set({ bytesDone: bytesDone + bytes, keptBytes: keptBytes + bytes });
    this.#looks += 1;
    if (this.#looks % looksTold > 0) return;
    await this.#writer.write(frameOfNumbers(frameTypes.compared, filesDone, keptBytes));
    await this.#writer.flush();
  }

  /** From now on the receiver says what it has got. */
  #listen(): void {
    this.#answers ??= this.#answer().catch((thrown) => this.#fail(thrown));
  }

  async #sendEntry(entry: SourceEntry, pieces: number): Promise<void> {
    if (entry.kind === 'folder') {
      for await (const _ of hashesOf(this.#reader, pieces));
      this.#listen();
      await this.#writer.write(entryFrame(entry));
      return;
    }
    const { transfer } = this.#options;
    const hash = await sendFile({
      ...{ entry, pieces, reader: this.#reader, writer: this.#writer, memory: this.#memory, over: this.#over.signal },
      looked: () => this.#looked(0),
      kept: (bytes) => {
        // What it says of its pieces came before everything else that it says.
        this.#listen();
        const { bytesDone, keptBytes } = transfer.value;
        transfer.set({ state: 'moving', bytesDone: bytesDone + bytes, keptBytes: keptBytes + bytes });
      },
      sent: (bytes) => transfer.set({ bytesDone: transfer.value.bytesDone + bytes }),
    });
    this.#confirmations.add(hash);
    if (!this.#confirmations.isFull) return;
    await this.#writer.flush();
    await this.#confirmations.room();
  }

  /** Resolves when the receiver has everything. */
  async #answer(): Promise<void> {
    const { source, transfer } = this.#options;
    for (;;) {
      const head = await this.#reader.next();
      if (head?.type === frameTypes.done) {
        const entries = numberAt(await this.#reader.body(head.length), 0);
        const isAll = this.#isAllSent && this.#confirmations.size === 0 && entries === source.offer.entries;
        if (!isAll) throw refuse('has not got everything');
        return;
      }
      if (head?.type !== frameTypes.stored) throw refuse('ended before it had everything');
      this.#confirmations.confirm(await this.#reader.body(head.length));
      transfer.set({ filesDone: transfer.value.filesDone + 1 });
    }
  }
}

const nothing = { filesDone: 0, bytesDone: 0, keptBytes: 0 } as const;

/** After so many entries and pieces the receiver is told how far the comparison is. */
const looksTold = 64;
