import type { PeerStream } from '../api/streams.ts';
import { limits } from '../limits.ts';
import { checkRoom, fileError } from './disk.ts';
import { decodeEntry, type ReceivedEntry } from './entry.ts';
import { FrameReader } from './frame-reader.ts';
import { FrameWriter } from './frame-writer.ts';
import { type FrameHead, frameOfNumbers, frameTypes, frameWith, numberAt, refuse } from './frames.ts';
import { FileHash } from './hashes.ts';
import { shownName } from './names.ts';
import type { Offer } from './offer.ts';
import { OfferCount } from './offer-count.ts';
import type { PartFile } from './part-file.ts';
import { PieceMemory, ReceivedFile } from './receive-file.ts';
import { toldError } from './receiver-errors.ts';
import type { Staging } from './staging.ts';
import { say, tellKept } from './tell-kept.ts';
import type { TransferHandle } from './transfers.ts';

const { pieceBytes, freeEveryPieces } = limits.files;

export interface ReceivingOptions {
  readonly stream: PeerStream;
  readonly offer: Offer;
  readonly folder: string;
  readonly staging: Staging;
  readonly transfer: TransferHandle;
  /** Something came. */
  readonly heard: () => void;
}

/** Files that come over one stream, after they were accepted. */
export class Receiving {
  readonly #options: ReceivingOptions;
  readonly #reader: FrameReader;
  readonly #writer: FrameWriter;
  readonly #memory = new PieceMemory();
  /** The part of an earlier run, until its entry comes, and the hash of its pieces when they are told. */
  #part: { readonly file: PartFile; readonly told: Promise<FileHash> } | undefined;
  #file: ReceivedFile | undefined;
  /** The sender has said from where it goes on. */
  #isBegun = false;
  readonly #count: OfferCount;
  #pieces = 0;
  /** What is there could not be told. */
  #error: unknown;

  constructor(options: ReceivingOptions) {
    this.#options = options;
    this.#count = new OfferCount(options.offer);
    this.#reader = new FrameReader(options.stream.readable);
    this.#writer = new FrameWriter(options.stream.writable);
  }

  /**
   * Resolves when all is there, and the sender has heard it, or is gone. Rejects as streams do, with `ERR_OFFER` where what
   * comes is not what was offered, and with what the system says of files.
   */
  async run(): Promise<void> {
    try {
      await this.#accept();
      while (await this.#take(await this.#reader.next()));
    } catch (thrown) {
      throw this.#error ?? thrown;
    } finally {
      await this.#part?.file.close();
      await this.#file?.close();
    }
    await this.#options.staging.publish();
    this.#options.transfer.set({ files: this.#options.offer.files });
    await say(this.#writer, frameOfNumbers(frameTypes.done, this.#count.entries));
  }

  /** Resolves when the sender has heard that all is there. Rejects where that is not known. */
  async heard(): Promise<void> {
    if (await this.#reader.next()) throw refuse('sends more than it offered');
    // The sender reads no more: that it does not, is no news.
    this.#writer.close().catch(() => undefined);
  }

  /** Says what is there from an earlier run, while the sender compares it. */
  async #accept(): Promise<void> {
    const { staging, transfer, stream } = this.#options;
    const { entries } = staging.kept;
    const file = await staging.part(entries);
    transfer.set({ state: entries + file.pieces > 0 ? 'checking' : 'moving' });
    const told = tellKept(this.#writer, staging, file);
    told.catch((thrown) => {
      this.#error ??= thrown;
      // Else nothing more would come.
      stream.abort(toldError(fileError(thrown, 'What is there cannot be read')));
    });
    this.#part = { file, told };
  }

  /** False at the end. */
  async #take(head: FrameHead | undefined): Promise<boolean> {
    this.#options.heard();
    const length = head?.length ?? 0;
    switch (head?.type) {
      case frameTypes.compared:
        this.#compared(await this.#reader.body(length));
        return true;
      case frameTypes.begin:
        await this.#goOn(numberAt(await this.#reader.body(length), 0));
        return true;
      case frameTypes.entry:
        await this.#begin(decodeEntry(await this.#reader.body(length)));
        return true;
      case frameTypes.piece:
        await this.#piece(length);
        return true;
      case frameTypes.fileEnd:
        await this.#end();
        return true;
      case frameTypes.end:
        await this.#part?.told;
        this.#check(numberAt(await this.#reader.body(length), 0));
        return false;
      default:
        throw refuse(head ? `sent a frame of type ${head.type}, which is not a sender's` : 'ended before its end');
    }
  }

  /** Of what an earlier run has: it is only shown. */
  #compared(body: Uint8Array): void {
    const { staging, transfer } = this.#options;
    const { files, bytes } = staging.kept;
    const [filesDone, bytesDone] = [numberAt(body, 0), numberAt(body, 8)];
    if (filesDone > files || bytesDone > bytes) throw refuse('has compared more than was there');
    if (!this.#isBegun) transfer.set({ filesDone, bytesDone, keptBytes: bytesDone });
  }

  /** From that entry: what is before it counts, or there is nothing. */
  async #goOn(from: number): Promise<void> {
    const { staging, transfer } = this.#options;
    if (this.#isBegun || (from !== 0 && from !== staging.kept.entries)) throw refuse('goes on from where it cannot');
    this.#isBegun = true;
    if (from < staging.kept.entries) {
      await this.#part?.told;
      await this.#part?.file.close();
      this.#part = undefined;
      await staging.restart();
    }
    const { files, bytes } = staging.kept;
    this.#count.begin(staging.kept);
    transfer.set({ state: 'moving', filesDone: files, bytesDone: bytes, keptBytes: bytes });
  }

  async #begin(entry: ReceivedEntry): Promise<void> {
    const { offer, staging, transfer } = this.#options;
    if (!this.#isBegun) throw refuse('did not say from where it goes on');
    if (this.#file) throw refuse(`begins ${shownName(entry.path)} before the file before it has ended`);
    if ((entry.kind === 'stream') !== (offer.bytes === null) && entry.kind !== 'folder')
      throw refuse(`sends ${shownName(entry.path)} with another size than it offered`);
    const index = this.#count.entries;
    this.#count.add(entry);
    const file = this.#part?.file ?? (entry.kind === 'folder' ? undefined : await staging.part(index));
    const hash = (await this.#part?.told) ?? new FileHash();
    this.#part = undefined;
    if (!file) await staging.addFolder(entry.names);
    else if (entry.kind === 'folder') {
      await file.discard();
      await staging.addFolder(entry.names);
    } else {
      this.#file = await ReceivedFile.begin(entry, file, this.#memory, hash).catch(async (thrown) => {
        await file.close();
        throw thrown;
      });
      const kept = entry.from * pieceBytes;
      if (kept === 0) return;
      const { bytesDone, keptBytes } = transfer.value;
      transfer.set({ bytesDone: bytesDone + kept, keptBytes: keptBytes + kept });
    }
  }

  async #piece(length: number): Promise<void> {
    const { folder, transfer } = this.#options;
    if (!this.#file) throw refuse('sends a piece of no file');
    if (this.#pieces % freeEveryPieces === 0) await checkRoom(folder, length);
    this.#pieces += 1;
    const bytes = await this.#file.piece(this.#reader, length);
    transfer.set({ bytesDone: transfer.value.bytesDone + bytes });
  }

  async #end(): Promise<void> {
    const { staging, transfer } = this.#options;
    const file = this.#file;
    if (!file) throw refuse('ends a file that it has not begun');
    const hash = await file.end(this.#reader);
    const { part, size } = file;
    const { names, modified } = file.entry;
    this.#file = undefined;
    await staging.addFile(names, { part, modified, size, hash }, async () => {
      transfer.set({ filesDone: transfer.value.filesDone + 1 });
      await say(this.#writer, frameWith(frameTypes.stored, hash));
    });
  }

  #check(entries: number): void {
    const isAll = this.#isBegun && this.#count.isAll && entries === this.#count.entries && this.#file === undefined;
    if (!isAll) throw refuse('ends before all that it offered has come');
  }
}
