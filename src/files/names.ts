import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { cut } from '../util/inspect.ts';
import { printable } from '../util/printable.ts';

const { pathBytes, nameBytes, depth, shownChars } = limits.files;

/**
 * Control characters, ends of lines, and marks that are not seen or turn the direction of text. The two joiners are in
 * names of many scripts, and in emoji.
 */
const misleading = /[\p{Cc}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/u;

const bytesOf = (text: string): number => Buffer.byteLength(text);

/** A name from outside, as an error message and a terminal can show it. */
export const shownName = (name: string): string => printable(cut(name, shownChars));

function complaintOf(name: string): string | undefined {
  if (name === '') return 'has an empty name in it';
  if (name === '.' || name === '..') return 'leads out of its folder';
  if (bytesOf(name) > nameBytes) return `has a name in it of more than ${nameBytes} bytes`;
  if (!name.isWellFormed() || name.includes('\ufffd')) return 'has a name in it that is no text';
  return misleading.test(name) ? 'has characters in it that are not seen, or that mislead' : undefined;
}

/**
 * The names in a path of an offer: relative, with slashes. Throws `ERR_OFFER` for one that leads elsewhere, is too long, or
 * has control characters or invisible marks.
 */
export function namesIn(path: string): readonly string[] {
  const refuse = (why: string): LanpeerError => new LanpeerError('ERR_OFFER', `"${shownName(path)}" ${why}.`);
  if (bytesOf(path) > pathBytes) throw refuse(`has more than ${pathBytes} bytes`);
  if (path.startsWith('/')) throw refuse('is not relative');
  const names = path.split('/');
  if (names.length > depth) throw refuse(`is more than ${depth} folders deep`);
  for (const name of names) {
    const complaint = complaintOf(name);
    if (complaint !== undefined) throw refuse(complaint);
  }
  return names;
}

/** What Windows does not take in a name, and names of its devices, with any extension. */
const reservedOnWindows = /[<>:"\\|?*]/g;
const endOnWindows = /[. ]+$/;
const deviceOnWindows = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?= *(?:\.|$))/i;

/**
 * A name of an offer as it is on this system: `_` stands for what the system does not take.
 *
 * @param isTop It is to be in the folder that the person named: there no name begins with a dot, so that no peer can put a
 * file there that programs read by themselves, or what looks like a transfer of ours.
 */
export function localName(name: string, platform: NodeJS.Platform, isTop = false): string {
  const seen = isTop ? name.replace(/^\./, '_') : name;
  if (platform !== 'win32') return seen;
  return seen
    .replace(reservedOnWindows, '_')
    .replace(endOnWindows, (end) => '_'.repeat(end.length))
    .replace(deviceOnWindows, '_$&');
}

/** As {@link localName}: the names of a path of an offer. */
export const localNames = (names: readonly string[], platform: NodeJS.Platform): readonly string[] =>
  names.map((name, at) => localName(name, platform, at === 0));

/** The extension with its dot: nothing for a folder, or where the dot is the first character or far from the end. */
function extensionOf(name: string, isFolder: boolean): string {
  const at = name.lastIndexOf('.');
  const extension = name.slice(at);
  return isFolder || at <= 0 || bytesOf(extension) > 20 ? '' : extension;
}

/** `name (1).ext` and so on where that name is taken, no longer than a name may be; the name itself for 0. */
export function numberedName(name: string, number: number, isFolder: boolean): string {
  if (number === 0) return name;
  const extension = extensionOf(name, isFolder);
  const end = ` (${number})${extension}`;
  let stem = name.slice(0, name.length - extension.length);
  // By characters, of which a name of 255 bytes has no more than that.
  const characters = [...stem];
  while (bytesOf(stem) + bytesOf(end) > nameBytes) {
    characters.pop();
    stem = characters.join('');
  }
  return stem + end;
}
