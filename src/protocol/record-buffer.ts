/** Bytes of one record while it is filled. */
export interface RecordBuffer {
  /** Bytes that still fit. */
  readonly room: number;
  readonly length: number;
  byte(value: number): void;
  /** Unsigned LEB128 (DWARF 5 section 7.6) of a safe integer. */
  varint(value: number): void;
  bytes(value: Uint8Array): void;
  /** What was written; valid until the next {@link clear}. */
  view(): Uint8Array;
  clear(): void;
}

/** The caller looks at `room` first: what does not fit is a defect and throws a RangeError. */
export function createRecordBuffer(capacity: number): RecordBuffer {
  const store = new Uint8Array(capacity);
  let length = 0;

  function byte(value: number): void {
    if (length >= capacity) throw new RangeError('The record is full.');
    store[length] = value;
    length += 1;
  }

  return {
    get room() {
      return capacity - length;
    },
    get length() {
      return length;
    },
    byte,
    varint(value) {
      let rest = value;
      while (rest >= 128) {
        byte((rest % 128) | 128);
        rest = Math.floor(rest / 128);
      }
      byte(rest);
    },
    bytes(value) {
      store.set(value, length);
      length += value.byteLength;
    },
    view: () => store.subarray(0, length),
    clear() {
      length = 0;
    },
  };
}
