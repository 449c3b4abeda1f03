import { randomFillSync } from 'node:crypto';

const bytes = 8;
const drawn = Buffer.alloc(64 * bytes);
let used = drawn.length;

/** 16 hexadecimal characters of chance, drawn for many names at a time: a draw costs far more than its bytes. */
export function randomName(): string {
  if (used === drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  used += bytes;
  return drawn.toString('hex', used - bytes, used);
}
