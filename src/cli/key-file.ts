import { open } from 'node:fs/promises';
import { isOpenToOthers } from '../adapters/identity/files.ts';
import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { describeThrown } from '../util/thrown.ts';

interface FileFacts {
  isFile(): boolean;
  readonly mode: number;
}

/** What to say of a file with a network key that other users may read; undefined if none may, or it is no file. */
export function complainOfKeyFile(about: FileFacts, name: string): string | undefined {
  return about.isFile() && isOpenToOthers(about.mode)
    ? `warning: others may read ${name}, and with it the network key: chmod 600 makes it private.`
    : undefined;
}

/** Text that a Windows shell redirected into a file is UTF-16. */
const textOf = (bytes: Buffer): string =>
  bytes[0] === 0xff && bytes[1] === 0xfe ? bytes.toString('utf16le', 2) : bytes.toString('utf8');

/** Reads no more than keys can be: the name may be one of a device that never ends. */
export async function readKeys(path: string, warn: (text: string) => void): Promise<readonly string[]> {
  try {
    const file = await open(path);
    try {
      const complaint = complainOfKeyFile(await file.stat(), path);
      if (complaint !== undefined) warn(complaint);
      const bytes = Buffer.alloc(limits.cli.keyFileBytes + 1);
      let size = 0;
      for (let got = 1; got > 0 && size < bytes.byteLength; size += got)
        ({ bytesRead: got } = await file.read(bytes, size));
      if (size > limits.cli.keyFileBytes) throw new Error(`${path} is too long for network keys`);
      // An empty file is a damaged key, and must not pass for none.
      return keysIn(textOf(bytes.subarray(0, size))) ?? [''];
    } finally {
      await file.close();
    }
  } catch (cause) {
    const detail = describeThrown(cause);
    throw new LanpeerError('ERR_USAGE', `The file of the network key: ${detail}`, { cause });
  }
}

/** One key a line; undefined if there is none. */
export function keysIn(text: string): readonly string[] | undefined {
  const keys = text.split(/\r?\n/).flatMap((line) => line.trim() || []);
  return keys.length > 0 ? keys : undefined;
}
