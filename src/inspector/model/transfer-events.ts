import type { ObservedTransfer } from '../../util/observed-transfers.ts';

/** How files stand that are on their way; told about once a second while they move. */
export interface TransfersEvent {
  readonly t: 'transfers';
  readonly at: number;
  /** The newest ones, some that are over among them. */
  readonly transfers: readonly ObservedTransfer[];
  /** All of them, also those that are not shown. */
  readonly count: number;
}

export interface TransferView extends ObservedTransfer {
  /** Bytes that went over the link, per second; null until there are two looks to compare. */
  readonly rate: number | null;
}

export interface TransfersView {
  readonly at: number;
  readonly transfers: readonly TransferView[];
  readonly count: number;
}

const keyOf = ({ number, direction, since }: ObservedTransfer): string => `${number} ${direction} ${since}`;

/** What was there already did not go over the link. */
const movedBytes = ({ bytesDone, keptBytes }: ObservedTransfer): number => bytesDone - keptBytes;

/** How they stand, and how quickly they went on since the look before. */
export function transfersAfter(before: TransfersView | null, { at, transfers, count }: TransfersEvent): TransfersView {
  const seconds = before ? (at - before.at) / 1_000 : 0;
  const known = new Map(before?.transfers.map((one) => [keyOf(one), one]));
  return {
    at,
    count,
    transfers: transfers.map((one) => {
      const last = known.get(keyOf(one));
      if (!last || seconds <= 0) return { ...one, rate: null };
      return { ...one, rate: Math.max(0, movedBytes(one) - movedBytes(last)) / seconds };
    }),
  };
}
