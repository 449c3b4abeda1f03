/** What reading may still cost: each byte of a label and each pointer takes one. */
export interface Budget {
  left: number;
}

export interface Name {
  /** Labels joined by dots, dots inside of a label escaped; undefined if the name cannot be read. */
  readonly text: string | undefined;
  /** Where the field after it begins; undefined if nobody can tell. */
  readonly end: number | undefined;
}

/** RFC 1035 section 3.1. */
const nameBytes = 255;

/**
 * Reads a name with compression pointers (RFC 1035 section 4.1.4), which lead backwards only. The end of one that cannot
 * be read is known as long as its labels have a length, so what follows can be read nevertheless.
 */
export function readName(bytes: Buffer, start: number, budget: Budget): Name {
  const labels: string[] = [];
  let at = start;
  let end: number | undefined;
  let before = start;
  let length = 1;
  for (;;) {
    const size = bytes[at];
    if (size === undefined || budget.left <= 0) return { text: undefined, end };
    budget.left -= 1;
    if (size === 0) return { text: length > nameBytes ? undefined : labels.join('.'), end: end ?? at + 1 };
    if (size < 0x40) {
      length += size + 1;
      if (at + size >= bytes.length || (length > nameBytes && end !== undefined)) return { text: undefined, end };
      if (length <= nameBytes) {
        budget.left -= size;
        labels.push(bytes.toString('latin1', at + 1, at + 1 + size).replace(/[.\\]/g, '\\$&'));
      }
      at += size + 1;
    } else if (size >= 0xc0 && at + 1 < bytes.length) {
      end ??= at + 2;
      at = bytes.readUInt16BE(at) & 0x3fff;
      if (at >= before) return { text: undefined, end };
      before = at;
    } else return { text: undefined, end };
  }
}
