import type { PeerStream } from '../api/streams.ts';
import { limits } from '../limits.ts';
import { checkRoom } from './disk.ts';
import { decodeEntry, type ReceivedEntry } from './entry.ts';
import { FrameReader } from './frame-reader.ts';
import { FrameWriter } from './frame-writer.ts';
import { type FrameHead, frameOfNumbers, frameTypes, frameWith, numberAt, refuse } from './frames.ts';
import { FileHash } from './hashes.ts';
import { shownName } from './names.ts';
import type { Offer } from './offer.ts';
import type { PartFile } from './part-file.ts';
import { PieceMemory, ReceivedFile } from './receive-file.ts';
import type { Staging } from './staging.ts';
import type { TransferHandle } from './transfers.ts';

const { pieceBytes, hashesPerFrame, freeEveryPieces } = limits.files;

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
  /** The part of an earlier run, until its entry comes. */
  #part: { readonly file: PartFile; readonly hash: FileHash } | undefined;
  #file: ReceivedFile | undefined;
  /** Entries that were taken, files among them, and bytes that were announced of these. */
  #entries: number;
  #files = 0;
  #announced = 0;
  #pieces = 0;

  constructor(options: ReceivingOptions) {
    this.#options = options;
    this.#entries = options.staging.entries;
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
    } finally {
      await this.#part?.file.close();
      await this.#file?.close();
    }
    await this.#options.staging.publish();
    this.#options.transfer.set({ files: this.#options.offer.files });
    await this.#say(frameOfNumbers(frameTypes.done, this.#entries));
  }

  /** Resolves when the sender has heard that all is there. Rejects where that is not known. */
  async heard(): Promise<void> {
    if (await this.#reader.next()) throw refuse('sends more than it offered');
    // The sender reads no more: that it does not, is no news.
    this.#writer.close().catch(() => undefined);
  }

  /** Says what is there from an earlier run. */
  async #accept(): Promise<void> {
    const { staging, transfer } = this.#options;
    const hash = new FileHash();
    const file = await staging.part(this.#entries);
    this.#part = { file, hash };
    transfer.set({ state: file.pieces > 0 ? 'checking' : 'moving' });
    await this.#say(frameOfNumbers(frameTypes.accept, this.#entries, file.pieces));
    let some: Buffer[] = [];
    for await (const one of file.hashes()) {
      hash.add(one);
      if (some.push(one) < hashesPerFrame) continue;
      await this.#say(frameWith(frameTypes.hashes, Buffer.concat(some)));
      some = [];
    }
    if (some.length > 0) await this.#say(frameWith(frameTypes.hashes, Buffer.concat(some)));
    transfer.set({ state: 'moving' });
  }

  /** False at the end. */
  async #take(head: FrameHead | undefined): Promise<boolean> {
    this.#options.heard();
    const length = head?.length ?? 0;
    switch (head?.type) {
      case frameTypes.kept:
        this.#kept(await this.#reader.body(length));
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
        this.#check(numberAt(await this.#reader.body(length), 0));
        return false;
      default:
        throw refuse(head ? `sent a frame of type ${head.type}, which is not a sender's` : 'ended before its end');
    }
  }

  /** Of what an earlier run has. */
  #kept(body: Uint8Array): void {
    const { offer, transfer } = this.#options;
    const [files, bytes] = [numberAt(body, 0), numberAt(body, 8)];
    if (this.#files > 0 || this.#announced > 0 || files > this.#entries) throw refuse('says that more was there');
    this.#files = files;
    this.#announced = bytes;
    this.#checkSize();
    transfer.set({ filesDone: files, bytesDone: bytes, keptBytes: bytes });
    if (offer.bytes === null && bytes > 0) throw refuse('goes on with what cannot go on');
  }

  #checkSize(): void {
    const { offer } = this.#options;
    if (this.#entries > offer.entries || this.#files > offer.files || this.#announced > (offer.bytes ?? 0))
      throw refuse('sends more than it offered');
  }

  async #begin(entry: ReceivedEntry): Promise<void> {
    const { offer, staging, transfer } = this.#options;
    if (this.#file) throw refuse(`begins ${shownName(entry.path)} before the file before it has ended`);
    if ((entry.kind === 'stream') !== (offer.bytes === null) && entry.kind !== 'folder')
      throw refuse(`sends ${shownName(entry.path)} with another size than it offered`);
    const index = this.#entries;
    this.#entries += 1;
    this.#announced += entry.size;
    if (entry.kind !== 'folder') this.#files += 1;
    this.#checkSize();
    const { file, hash } = this.#part ?? { file: await this.#newPart(entry, index), hash: new FileHash() };
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

  async #newPart({ kind }: ReceivedEntry, index: number): Promise<PartFile | undefined> {
    return kind === 'folder' ? undefined : this.#options.staging.part(index);
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
    const { names, modified } = file.entry;
    this.#file = undefined;
    await staging.addFile(names, { part: file.part, modified }, async () => {
      transfer.set({ filesDone: transfer.value.filesDone + 1 });
      await this.#say(frameWith(frameTypes.stored, hash));
    });
  }

  #check(entries: number): void {
    const { offer } = this.#options;
    const isAll = entries === offer.entries && this.#entries === offer.entries && this.#file === undefined;
    if (!isAll) throw refuse('ends before all that it offered has come');
  }

  async #say(frame: Uint8Array): Promise<void> {
    await this.#writer.write(frame);
    await this.#writer.flush();
  }
}
