import type { LanpeerNode } from '../api/node.ts';
import type { PeerStream } from '../api/streams.ts';
import type { Clock } from '../environment.ts';
import { asLanpeerError, LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { DeviceId } from '../protocol/device-id.ts';
import { within } from '../util/within.ts';
import { checkFolder, checkRoom, fileError } from './disk.ts';
import { decodeOffer, filesType, type Offer } from './offer.ts';
import { Receiving } from './receive.ts';
import { isOfUse, toldError } from './receiver-errors.ts';
import { Staging } from './staging.ts';
import { watchStall } from './stall.ts';
import type { FileTransfer, FileTransfers, TransferHandle } from './transfers.ts';

const { receiving, receivingPerPeer, stallMs, goodbyeMs } = limits.files;

/** An offer, before it is taken. */
export interface Question {
  readonly transfer: FileTransfer;
  readonly offer: Offer;
  readonly peerId: DeviceId;
}

export interface FileReceiverOptions {
  readonly node: Pick<LanpeerNode, 'acceptStream'>;
  /** Where files go. */
  readonly folder: string;
  readonly clock: Clock;
  readonly transfers: FileTransfers;
  readonly platform?: NodeJS.Platform;
  /**
   * Whether an offer is taken. Not asked again for one that the same peer goes on with. The signal aborts when the sender gives
   * up.
   */
  readonly decide: (question: Question, signal: AbortSignal) => Promise<boolean>;
  /** Something has its name in the folder. */
  readonly published?: (transfer: FileTransfer, path: string) => void;
  /**
   * All of it is there, or an error ended it: that of the files of a peer, never thrown.
   *
   * @param isKept Whether what came of it is kept, and the same offer goes on with it.
   */
  readonly ended?: (transfer: FileTransfer, error: LanpeerError | undefined, isKept: boolean) => void;
}

interface Running {
  readonly peerId: DeviceId;
  readonly stream: PeerStream;
  readonly over: Promise<void>;
}

/** Takes files that peers offer into a folder. */
export class FileReceiver {
  readonly #options: FileReceiverOptions;
  readonly #running = new Map<PeerStream, Running & { readonly offer: string }>();
  /** Those that ended half-way, and of which is kept what came. */
  readonly #kept = new WeakSet<PeerStream>();
  readonly #refuse: () => void;
  /** Transfers that are complete, and whose senders may not know it. */
  readonly #unheard: Staging[] = [];

  /** From now on offers are answered. Throws `ERR_OPTION` where the node takes files already. */
  constructor(options: FileReceiverOptions) {
    this.#options = options;
    options.transfers.show(options.node);
    this.#refuse = options.node.acceptStream(filesType, (stream) => this.#take(stream));
  }

  /** Transfers under way, and offers that wait for an answer. */
  get size(): number {
    return this.#running.size;
  }

  /** Takes no more. Resolves when what was under way has ended: what came of it is kept. */
  async close(): Promise<void> {
    this.#refuse();
    for (const { stream } of this.#running.values()) stream.abort(new LanpeerError('ERR_ABORTED'));
    await Promise.all([...this.#running.values()].map(({ over }) => over));
    for (const staging of this.#unheard.splice(0)) await staging.remove();
  }

  async #keepUnheard(staging: Staging): Promise<void> {
    await staging.close();
    this.#unheard.push(staging);
    if (this.#unheard.length > limits.files.ended) await this.#unheard.shift()?.remove();
  }

  #take(stream: PeerStream): void {
    let offer: Offer;
    try {
      offer = decodeOffer(stream.data);
      this.#checkPlaces(stream.peerId);
    } catch (thrown) {
      stream.abort(toldError(asLanpeerError(thrown, 'ERR_INTERNAL')));
      return;
    }
    const transfer = this.#options.transfers.begin('receive', stream.peerId, offer);
    const key = `${stream.peerId} ${Buffer.from(offer.id).toString('hex')}`;
    const before = [...this.#running.values()].findLast((one) => one.offer === key);
    const over = this.#run(stream, offer, transfer, before).then((error) => {
      this.#running.delete(stream);
      this.#options.ended?.(transfer.value, error, this.#kept.delete(stream));
    });
    this.#running.set(stream, { peerId: stream.peerId, stream, over, offer: key });
  }

  #checkPlaces(peerId: DeviceId): void {
    const ofPeer = [...this.#running.values()].filter((one) => one.peerId === peerId);
    if (this.#running.size >= receiving || ofPeer.length >= receivingPerPeer) throw new LanpeerError('ERR_BUSY');
  }

  /** Never rejects: resolves with the error that ended it. */
  async #run(
    stream: PeerStream,
    offer: Offer,
    transfer: TransferHandle,
    before: Running | undefined,
  ): Promise<LanpeerError | undefined> {
    try {
      await this.#wait(before);
      await this.#ask(stream, offer, transfer);
      await this.#receive(stream, offer, transfer);
      transfer.set({ state: 'done' });
      return undefined;
    } catch (thrown) {
      const error = fileError(thrown, 'What came cannot be written');
      stream.abort(toldError(error));
      transfer.fail(error);
      return error;
    }
  }

  /** A sender that was cut off offers again before this side has noticed. */
  async #wait(before: Running | undefined): Promise<void> {
    if (!before) return;
    before.stream.abort(new LanpeerError('ERR_CUT_OFF'));
    await before.over;
  }

  /** Rejects with `ERR_OFFER_REFUSED`, or where it cannot be received: before anything comes. */
  async #ask(stream: PeerStream, offer: Offer, transfer: TransferHandle): Promise<void> {
    const { folder, decide } = this.#options;
    const { peerId } = stream;
    await checkFolder(folder);
    if (await Staging.has(folder, { offer, peer: peerId })) return;
    await checkRoom(folder, offer.bytes ?? 0);
    const gone = new AbortController();
    void stream.closed.then(() => gone.abort(new LanpeerError('ERR_CUT_OFF', 'The sender gave up.')));
    const isWanted = await decide({ transfer: transfer.value, offer, peerId }, gone.signal);
    gone.signal.throwIfAborted();
    if (!isWanted) throw new LanpeerError('ERR_OFFER_REFUSED');
  }

  async #receive(stream: PeerStream, offer: Offer, transfer: TransferHandle): Promise<void> {
    const { folder, clock, platform = process.platform, published } = this.#options;
    const staging = await Staging.open({
      ...{ folder, offer, peer: stream.peerId, platform },
      published: (path) => published?.(transfer.value, path),
    });
    const unheard = this.#unheard.findIndex(({ path }) => path === staging.path);
    if (unheard !== -1) this.#unheard.splice(unheard, 1);
    let stalled: LanpeerError | undefined;
    const stall = watchStall(clock, offer.bytes === null ? Number.POSITIVE_INFINITY : stallMs, () => {
      stalled = new LanpeerError('ERR_TIMEOUT', `Nothing came for ${stallMs / 60_000} minutes.`);
      stream.abort(stalled);
    });
    try {
      const one = new Receiving({ stream, offer, folder, staging, transfer, heard: stall.heard });
      await one.run();
      // A sender that does not know it offers it again, and is told at once then.
      const heard = one.heard().then(() => staging.remove());
      const lost = heard.catch(() => this.#keepUnheard(staging));
      await within(clock, goodbyeMs, lost);
      stream.abort();
      await lost;
    } catch (thrown) {
      if (isOfUse(thrown, offer)) {
        this.#kept.add(stream);
        await staging.close();
      } else await staging.remove();
      throw stalled ?? thrown;
    } finally {
      stall.end();
    }
  }
}
