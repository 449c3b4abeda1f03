/** What reading may still cost: each label, pointer, string, question and record takes one. */
export interface Budget {
  left: number;
}

export interface Name {
  /** Labels joined by dots, dots inside of a label escaped; undefined if the name cannot be read. */
  readonly text: string | undefined;
  /** Where the field after it begins; undefined if that cannot be told. */
  readonly end: number | undefined;
}

/** A name at the place that a pointer leads to, and its length on the wire. */
interface Known {
  readonly text: string | undefined;
  readonly length: number;
}

/** Reads the names of one packet. What several of them point at is read once. */
export interface NameReader {
  read(start: number): Name;
}

/** RFC 1035 section 3.1. */
const nameBytes = 255;
const unreadable: Known = { text: undefined, length: 0 };
const join = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('.');

/**
 * Names with compression pointers (RFC 1035 section 4.1.4), which lead backwards only. The end of one that cannot be read
 * is known as long as its labels have a length, so what follows can be read nevertheless.
 */
export function createNameReader(bytes: Buffer, budget: Budget): NameReader {
  const known = new Map<number, Known>();

  /** The labels up to the end of the name or its first pointer. */
  function readLabels(start: number): { readonly labels: string[]; readonly length: number; readonly at: number } {
    const labels: string[] = [];
    let length = 0;
    let at = start;
    for (let size = bytes[at]; size !== undefined && size > 0 && size < 0x40; size = bytes[at]) {
      if (budget.left <= 0 || at + size >= bytes.length) return { labels, length, at: bytes.length };
      budget.left -= 1;
      length += size + 1;
      // A name that is too long still has an end.
      if (length < nameBytes) labels.push(bytes.toString('latin1', at + 1, at + 1 + size));
      at += size + 1;
    }
    return { labels, length, at };
  }

  function finish(labels: readonly string[], length: number, { text, length: more }: Known): Known {
    if (text === undefined || length + more > nameBytes) return unreadable;
    const escaped = labels.map((label) => (/[.\\]/.test(label) ? label.replace(/[.\\]/g, '\\$&') : label));
    return { text: join(escaped.join('.'), text), length: length + more };
  }

  /** What follows the labels: the end of the name, or the name that a pointer leads to. */
  function readRest(at: number, before: number): Known {
    const size = bytes[at];
    if (budget.left <= 0) return unreadable;
    budget.left -= 1;
    if (size === 0) return { text: '', length: 1 };
    if (size === undefined || size < 0xc0 || at + 1 >= bytes.length) return unreadable;
    const target = bytes.readUInt16BE(at) & 0x3fff;
    return target < before ? readAt(target) : unreadable;
  }

  function readAt(start: number): Known {
    const before = known.get(start);
    if (before) return before;
    // Whatever leads back here meanwhile leads forward.
    known.set(start, unreadable);
    const { labels, length, at } = readLabels(start);
    const name = length >= nameBytes ? unreadable : finish(labels, length, readRest(at, start));
    known.set(start, name);
    return name;
  }

  return {
    read(start) {
      const { labels, length, at } = readLabels(start);
      const size = bytes[at];
      const isPointer = size !== undefined && size >= 0xc0 && at + 1 < bytes.length;
      const end = size === 0 ? at + 1 : isPointer ? at + 2 : undefined;
      return { text: finish(labels, length, readRest(at, start)).text, end };
    },
  };
}
