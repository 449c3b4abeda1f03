import { type Observable, Subject } from 'rxjs';
import type { LanpeerError, LanpeerErrorCode } from '../errors.ts';
import { limits } from '../limits.ts';
import type { DeviceId } from '../protocol/device-id.ts';
import { type ObservedTransfer, showTransfers } from '../util/observed-transfers.ts';
import type { Offer } from './offer.ts';

/** Files on their way to a peer, or from one, as they stand at one moment. `names` are from the peer, if this side receives. */
export interface FileTransfer extends ObservedTransfer {
  readonly peerId: DeviceId;
  readonly code: LanpeerErrorCode | null;
  /** Whether the sender can go on with it when it was cut off: what comes from a pipe cannot. */
  readonly resumable: boolean;
}

export type TransferChange = Partial<
  Pick<FileTransfer, 'state' | 'filesDone' | 'bytesDone' | 'keptBytes' | 'bytes' | 'files'>
>;

/** A transfer, for the code that carries it out. */
export interface TransferHandle {
  readonly value: FileTransfer;
  set(change: TransferChange): void;
  fail(error: LanpeerError): void;
}

const isOver = ({ state }: FileTransfer): boolean => state === 'done' || state === 'failed';

/** The transfers of files of one node: those under way, and the last ones that are over. */
export class FileTransfers {
  readonly #now: () => number;
  readonly #all = new Map<number, FileTransfer>();
  readonly #changes = new Subject<FileTransfer>();
  #numbers = 0;

  /** @param now Wall clock, ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Lets those who look at that node see them. */
  show(node: object): void {
    showTransfers(node, this);
  }

  /** Hot: every change, several times a second while bytes move. */
  get changes$(): Observable<FileTransfer> {
    return this.#changes;
  }

  /** As they stand now, in the order of their beginning. */
  get all(): readonly FileTransfer[] {
    return [...this.#all.values()];
  }

  begin(direction: FileTransfer['direction'], peerId: DeviceId, offer: Offer): TransferHandle {
    this.#numbers += 1;
    const number = this.#numbers;
    const { names, items, files, bytes, resumable } = offer;
    let value: FileTransfer = {
      ...{ number, direction, peerId, names, items, files, bytes, resumable },
      ...{ state: 'waiting', filesDone: 0, bytesDone: 0, keptBytes: 0, since: this.#now(), code: null },
    };
    const set = (change: Partial<FileTransfer>): void => {
      value = { ...value, ...change };
      this.#all.set(number, value);
      this.#changes.next(value);
    };
    set({});
    return {
      get value() {
        return value;
      },
      set: (change) => {
        set(change);
        if (isOver(value)) this.#forget();
      },
      fail: ({ code }) => {
        set({ state: 'failed', code });
        this.#forget();
      },
    };
  }

  #forget(): void {
    const over = [...this.#all.values()].filter(isOver);
    for (const { number } of over.slice(0, -limits.files.ended)) this.#all.delete(number);
  }
}
