import type { StreamFrame } from '../../../../src/protocol/byte-stream/frame-types.ts';
import { filled, filledInTurn } from '../frames.ts';
import type { HostileLink } from '../hostile-link.ts';
import type { Target } from '../target.ts';
import { type Flood, flood as floodRecords } from './records.ts';

type Each = (link: HostileLink, attach: StreamFrame) => Uint8Array;

/** Begins a carrier on each link, and sends records for so long. Resolves with why links ended. */
function flood(target: Target, options: Flood, make: () => Each): Promise<readonly string[]> {
  let next: (link: HostileLink) => Uint8Array = () => new Uint8Array();
  return floodRecords(
    target,
    options,
    (link) => next(link),
    async (link, own) => {
      const each = make();
      const attach: StreamFrame = {
        kind: 'attach',
        carrier: 1,
        own,
        other: await Promise.race([link.stream, link.ended]),
      };
      next = (present) => each(present, attach);
      await link.write(attach);
    },
  );
}

/** CBOR of null. */
const data = Uint8Array.of(0xf6);
const open = (no: number, type = 'file'): StreamFrame => ({ kind: 'open', stream: 2 * no, type, data });
const reason = { kind: 'aborted', code: '', text: '' } as const;

/** One carrier after the other, each of which is told of 200 streams that are open. */
export const floodAttaches = (target: Target, options: Flood): Promise<readonly string[]> =>
  flood(target, options, () => {
    let opened = false;
    return (link, attach) => {
      if (opened) return filled(link.recordBytes, () => attach);
      opened = true;
      let no = -1;
      return filled(Math.min(link.recordBytes, 200 * 10), () => {
        no += 1;
        return open(no);
      });
    };
  });

/** Opens one after the other, and never says that it has heard of an end. */
export const openWithoutEnd = (target: Target, options: Flood): Promise<readonly string[]> =>
  flood(target, options, () => {
    let no = 0;
    return (link) => {
      const { record, next } = filledInTurn(link.recordBytes, no, (at) => open(at, at % 2 === 0 ? 'file' : 'nobody'));
      no = next;
      return record;
    };
  });

/** Opens one after the other, and ends each at once. */
export const openAndReset = (target: Target, options: Flood): Promise<readonly string[]> =>
  flood(target, options, () => {
    let count = 0;
    return (link) => {
      const { record, next } = filledInTurn(link.recordBytes, count, (at): StreamFrame => {
        const stream = 2 * Math.floor(at / 4);
        if (at % 4 === 0) return open(stream / 2);
        if (at % 4 === 1) return { kind: 'reset', stream, reason };
        return at % 4 === 2 ? { kind: 'stop', stream, reason } : { kind: 'done', stream };
      });
      count = next;
      return record;
    };
  });

/** Each byte in a frame of its own. */
export const sendByteByByte = (target: Target, options: Flood): Promise<readonly string[]> =>
  flood(target, options, () => {
    let count = 0;
    return (link) => {
      const { record, next } = filledInTurn(link.recordBytes, count, (at): StreamFrame => {
        if (at === 0) return open(0);
        return { kind: 'data', stream: 0, offset: at - 1, last: false, bytes: Uint8Array.of(1) };
      });
      count = next;
      return record;
    };
  });
