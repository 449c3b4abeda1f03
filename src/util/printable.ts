const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const escapeOf = (character: string): string => `\\u{${character.codePointAt(0)?.toString(16)}}`;

/** The text on one line: control characters and marks that turn its direction are escaped. */
export const printable = (text: string): string => text.replace(unprintable, escapeOf);

/** True if {@link printable} changes nothing. */
export const isPrintable = (text: string): boolean => text.search(unprintable) === -1;
