import { distinctUntilChanged, filter, firstValueFrom, map } from 'rxjs';
import type { LanpeerNode } from '../api/node.ts';
import type { Clock } from '../environment.ts';
import { asLanpeerError, isLanpeerErrorCode, LanpeerError, type LanpeerErrorCode } from '../errors.ts';
import { limits } from '../limits.ts';
import type { DeviceId } from '../protocol/device-id.ts';
import { sleep, unlessAborted } from '../util/abort.ts';
import { startTimeLimit } from '../util/time-limit.ts';
import { sendOnce } from './send.ts';
import type { FileSource } from './source.ts';
import type { FileTransfer, FileTransfers, TransferHandle } from './transfers.ts';

export interface SendFilesOptions {
  readonly node: Pick<LanpeerNode, 'openStream' | 'peers$'>;
  readonly to: DeviceId;
  readonly source: FileSource;
  readonly transfers: FileTransfers;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How long to wait for a peer that is gone, ms. */
  readonly reconnectMs?: number;
}

/** What a receiver that is not there, or not there yet, looks like. */
const away: readonly LanpeerErrorCode[] = ['ERR_STREAM_LOST', 'ERR_NO_PEER', 'ERR_CLOSED', 'ERR_STREAM_REFUSED'];
/** Codes of a receiver that are its answer. */
const answers: readonly LanpeerErrorCode[] = [
  'ERR_OFFER',
  'ERR_OFFER_REFUSED',
  'ERR_DISK_FULL',
  'ERR_BUSY',
  'ERR_FILE',
  'ERR_VERSION',
];
/** Between attempts. */
const pauseMs = 500;

/**
 * Sends files to a peer that takes them. Goes on by itself when the link breaks or the receiver restarts; after a restart of
 * its own, or when it gave up, the next call for the same files goes on where this one ended. Resolves with how it stands
 * when the receiver has everything, with the hashes that it has here.
 *
 * Rejects with the refusal of the receiver (`ERR_OFFER_REFUSED`, `ERR_STREAM_REFUSED`, `ERR_BUSY`, `ERR_OFFER`,
 * `ERR_DISK_FULL`, `ERR_FILE`), with `ERR_FILE` or `ERR_FILE_CHANGED` of this side, with `ERR_CUT_OFF` where the peer does not
 * come back in time, and with `ERR_ABORTED`.
 */
export async function sendFiles(options: SendFilesOptions): Promise<FileTransfer> {
  const { node, transfers, to, source } = options;
  transfers.show(node);
  const transfer = transfers.begin('send', to, source.offer);
  try {
    await new FileSender(options, transfer).run();
    transfer.set({ state: 'done' });
    return transfer.value;
  } catch (thrown) {
    const error = asLanpeerError(thrown, 'ERR_INTERNAL');
    transfer.fail(error);
    throw error;
  }
}

class FileSender {
  readonly #options: SendFilesOptions;
  readonly #transfer: TransferHandle;
  /** The receiver has taken the offer: when it is gone it may come back. */
  #isAccepted = false;
  /** Monotonic time when the receiver was last known to take it. */
  #takenAt = 0;

  constructor(options: SendFilesOptions, transfer: TransferHandle) {
    this.#options = options;
    this.#transfer = transfer;
  }

  async run(): Promise<void> {
    for (let cut = await this.#attempt(); cut; cut = await this.#attempt()) {
      this.#transfer.set({ state: 'away' });
      await this.#peerIsBack(cut);
    }
  }

  /** Resolves with what cut it off; undefined when everything is there. */
  async #attempt(): Promise<LanpeerError | undefined> {
    const { node, to, source, clock, signal } = this.#options;
    const lost = new AbortController();
    const endWatch = this.#watchPeer(() => lost.abort());
    let isTaken = false;
    const accepted = (): void => {
      isTaken = true;
      this.#isAccepted = true;
    };
    try {
      const either = AbortSignal.any([signal, lost.signal]);
      await sendOnce({ node, to, source, clock, signal: either, accepted, transfer: this.#transfer });
      return undefined;
    } catch (thrown) {
      if (isTaken) this.#takenAt = clock.monotonic();
      const isLost = lost.signal.aborted && !signal.aborted;
      const error = isLost ? new LanpeerError('ERR_CUT_OFF') : answerOf(asLanpeerError(thrown, 'ERR_INTERNAL'));
      if (!source.offer.resumable) throw this.#isAccepted || error.code === 'ERR_CUT_OFF' ? endOfPipe(error) : error;
      if (this.#isAccepted && away.includes(error.code)) return error;
      throw error;
    } finally {
      endWatch();
    }
  }

  /** Says when the peer is away. A stream outlives that, for longer than a person waits. */
  #watchPeer(lost: () => void): () => void {
    const { node, to, clock, reconnectMs = limits.files.reconnectMs } = this.#options;
    let before: FileTransfer['state'] | undefined;
    let endLimit = (): void => undefined;
    const isHere$ = node.peers$.pipe(
      map((peers) => peers.has(to)),
      distinctUntilChanged(),
    );
    const subscription = isHere$.subscribe((isHere) => {
      endLimit();
      if (!isHere) {
        before = this.#transfer.value.state;
        this.#transfer.set({ state: 'away' });
        endLimit = startTimeLimit(clock, reconnectMs, lost);
      } else if (before !== undefined) {
        this.#transfer.set({ state: before });
        before = undefined;
      }
    });
    return () => {
      subscription.unsubscribe();
      endLimit();
    };
  }

  /** Rejects with `ERR_CUT_OFF` when it does not come in time. */
  async #peerIsBack(cut: LanpeerError): Promise<void> {
    const { node, to, clock, reconnectMs = limits.files.reconnectMs, signal } = this.#options;
    const late = new AbortController();
    const left = reconnectMs - (clock.monotonic() - this.#takenAt);
    const endLimit = startTimeLimit(clock, Math.max(0, left), () => late.abort());
    const either = AbortSignal.any([signal, late.signal]);
    try {
      // A peer that is gone is in the list for a moment.
      await sleep(clock, pauseMs, either);
      await unlessAborted(firstValueFrom(node.peers$.pipe(filter((peers) => peers.has(to)))), either);
    } catch {
      signal.throwIfAborted();
      throw new LanpeerError('ERR_CUT_OFF', undefined, { cause: cut });
    } finally {
      endLimit();
    }
  }
}

/** What comes from a pipe is read once. */
function endOfPipe(error: LanpeerError): LanpeerError {
  if (error.code === 'ERR_DISK_FULL')
    return new LanpeerError(
      error.code,
      'The disk of the receiver is full: it keeps nothing of what came from the pipe.',
    );
  if (error.code !== 'ERR_CUT_OFF' && !away.includes(error.code)) return error;
  const text = 'The transfer ended half-way, and what comes from a pipe cannot go on: send all of it again.';
  return new LanpeerError('ERR_CUT_OFF', text, { cause: error });
}

/** What the receiver ended a stream with, as an error of its own. */
function answerOf(error: LanpeerError): LanpeerError {
  const { code, remoteCode, message } = error;
  if (code !== 'ERR_STREAM_ABORTED') return error;
  const isAnswer = isLanpeerErrorCode(remoteCode) && answers.includes(remoteCode);
  const text = message.replace('The program at the peer aborted the stream', 'The receiver says');
  return new LanpeerError(isAnswer ? remoteCode : 'ERR_CUT_OFF', text, { cause: error });
}
