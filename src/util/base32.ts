/** The digits of base32 (RFC 4648 section 6), in lower case. */
export const base32Alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** Lower-case base32 without padding. */
export function encodeBase32(bytes: Uint8Array): string {
  let out = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) out += base32Alphabet[(value >> (bits - 5)) & 31];
  }
  return bits > 0 ? out + base32Alphabet[(value << (5 - bits)) & 31] : out;
}

/** The whole bytes of lower-case base32 without padding. The text has to consist of digits: its caller checks that. */
export function decodeBase32(text: string): Uint8Array {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const digit of text) {
    value = ((value << 5) | base32Alphabet.indexOf(digit)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((value >> bits) & 0xff);
  }
  return Uint8Array.from(bytes);
}
