import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Body, MessageKind } from './frame-types.ts';

/** A message whose parts are all there. */
export interface Whole {
  readonly of: MessageKind;
  readonly payload: Uint8Array;
}

/** Messages that come in parts, by slot. */
export interface Assemblies {
  /** The message that this part completes. Throws {@link LanpeerError} `ERR_PROTOCOL`; the part is not taken then. */
  take(body: Exclude<Body, { kind: 'whole' }>): Whole | undefined;
  clear(): void;
  /** Length in all of the messages that are not complete. */
  readonly bytes: number;
  readonly size: number;
}

interface Partial {
  readonly of: MessageKind;
  readonly total: number;
  /** Grows with what came, not with what was announced: to eight times that at most. */
  store: Uint8Array;
  length: number;
}

/**
 * @param most Length in all of unfinished messages, in bytes.
 * @param progress Bytes of a message that are there, each time that there are more.
 */
export function createAssemblies(
  most: number,
  progress: (slot: number, received: number, total: number) => void,
): Assemblies {
  const partials = new Map<number, Partial>();
  let bytes = 0;

  function add(partial: Partial, part: Uint8Array): void {
    const { store, length, total } = partial;
    const needed = length + part.byteLength;
    if (needed > total) throw new LanpeerError('ERR_PROTOCOL', 'A message is longer than was announced.');
    if (needed < total && part.byteLength < limits.messages.leastFragmentBytes)
      throw new LanpeerError('ERR_PROTOCOL', 'A message comes in crumbs.');
    if (needed > store.byteLength) {
      // The whole room early: doubled to the end, all that came would be copied over and over.
      const whole = needed >= total * limits.messages.roomAfter;
      partial.store = new Uint8Array(whole ? total : Math.max(needed, store.byteLength * 2));
      partial.store.set(store.subarray(0, length));
    }
    partial.store.set(part, length);
    partial.length = needed;
  }

  function begin({ slot, of, total }: Extract<Body, { kind: 'first' }>): Partial {
    if (partials.has(slot) || total > most - bytes || partials.size >= limits.messages.partials)
      throw new LanpeerError('ERR_PROTOCOL', 'The other end begins more messages than it may.');
    return { of, total, store: new Uint8Array(0), length: 0 };
  }

  return {
    take(body) {
      const { slot, payload } = body;
      const partial = body.kind === 'first' ? begin(body) : partials.get(slot);
      if (!partial) throw new LanpeerError('ERR_PROTOCOL', 'A part of a message came without its beginning.');
      add(partial, payload);
      if (body.kind === 'first') {
        partials.set(slot, partial);
        bytes += partial.total;
      }
      progress(slot, partial.length, partial.total);
      if (partial.length < partial.total) return undefined;
      partials.delete(slot);
      bytes -= partial.total;
      return { of: partial.of, payload: partial.store };
    },
    clear() {
      partials.clear();
      bytes = 0;
    },
    get bytes() {
      return bytes;
    },
    get size() {
      return partials.size;
    },
  };
}
