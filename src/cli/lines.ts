const newline = 10;

/**
 * Cuts a stream of bytes into lines. A line that is longer than `limit` bytes is not kept: `tooLong` is called once for
 * it, and the next one is taken again.
 */
export function createLineSplitter(limit: number, line: (text: string) => void, tooLong: () => void) {
  let parts: Uint8Array[] = [];
  let size = 0;
  let skipping = false;

  function end(): void {
    if (!skipping && size > 0) {
      const text = Buffer.concat(parts).toString('utf8').trim();
      if (text !== '') line(text);
    }
    parts = [];
    size = 0;
    skipping = false;
  }

  function keep(bytes: Uint8Array): void {
    if (skipping || bytes.byteLength === 0) return;
    size += bytes.byteLength;
    if (size <= limit) {
      parts.push(bytes);
      return;
    }
    parts = [];
    skipping = true;
    tooLong();
  }

  return (chunk: Uint8Array): void => {
    let from = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      keep(chunk.subarray(from, at));
      end();
      from = at + 1;
    }
    keep(chunk.subarray(from));
  };
}
