import type { Clock } from '../../environment.ts';
import type { FileTransfer, FileTransfers } from '../../files/transfers.ts';
import type { Output } from '../output.ts';
import { progressLine, Rate } from './progress.ts';
import type { StatusLine } from './status-line.ts';

const drawEveryMs = 100;
const tellEveryMs = 500;

export interface WatchOptions {
  readonly clock: Clock;
  readonly line: StatusLine;
  /** Where events go; undefined: none are told. */
  readonly output: Pick<Output, 'tell'> | undefined;
}

const isUnderWay = ({ state, direction }: FileTransfer): boolean =>
  state !== 'done' && state !== 'failed' && (state !== 'waiting' || direction === 'send');

/** Shows how transfers go: the oldest one on the line, all of them as events. Returns what ends it. */
export function watchTransfers(transfers: FileTransfers, { clock, line, output }: WatchOptions): () => void {
  const rates = new Map<number, Rate>();
  const told = new Map<number, { readonly at: number; readonly state: FileTransfer['state'] }>();
  let timer: unknown;

  function draw(): void {
    timer = undefined;
    const underWay = transfers.all.filter(isUnderWay);
    const [first, ...others] = underWay;
    for (const one of underWay) rates.get(one.number)?.add(clock.monotonic(), one);
    const more = others.length > 0 ? `(${others.length} more) ` : '';
    line.draw(
      first ? `${more}${progressLine(first, rates.get(first.number)?.perSecond, line.columns - more.length)}` : '',
    );
    if (first) timer ??= clock.setTimeout(draw, drawEveryMs);
  }

  function tell({
    number,
    direction,
    peerId,
    state,
    bytes,
    bytesDone,
    keptBytes,
    files,
    filesDone,
  }: FileTransfer): void {
    const now = clock.monotonic();
    const before = told.get(number);
    if (before?.state === state && now - before.at < tellEveryMs) return;
    told.set(number, { at: now, state });
    output?.tell({
      ...{ event: 'progress', number, direction, peer: peerId, state, bytes, bytesDone, keptBytes, files, filesDone },
    });
  }

  const subscription = transfers.changes$.subscribe((transfer) => {
    const { number } = transfer;
    if (isUnderWay(transfer)) {
      if (!rates.has(number)) rates.set(number, new Rate());
      tell(transfer);
    } else {
      rates.delete(number);
      told.delete(number);
    }
    if (!line.isLive) return;
    if (isUnderWay(transfer)) timer ??= clock.setTimeout(draw, drawEveryMs);
    else draw();
  });
  return () => {
    subscription.unsubscribe();
    clock.clearTimeout(timer);
    line.draw('');
  };
}
