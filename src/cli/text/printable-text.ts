/** All that acts on a terminal or turns the direction of text, but for tabs and the joiners that scripts and emoji need. */
const acting = /(?![\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const escapeOf = (character: string): string => `\\u{${character.codePointAt(0)?.toString(16)}}`;

/** The lines of a text that a peer wrote, as a terminal may show them. */
export const printableText = (text: string): readonly string[] =>
  text.split(/\r?\n/).map((line) => line.replace(acting, escapeOf));
