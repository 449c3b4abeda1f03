import { createSecretKey } from 'node:crypto';
import type { DtlsSocket } from './internals.ts';

/** Keys of the record cipher as KeyObjects: with a Buffer, Node checks and copies the key again for every packet. */
export function useKeyObjects(socket: DtlsSocket): void {
  socket.onConnect.once(() => {
    const { cipher } = socket.cipher;
    if (!cipher) return;
    for (const side of ['clientWriteKey', 'serverWriteKey'] as const) {
      const key = cipher[side];
      if (Buffer.isBuffer(key)) cipher[side] = createSecretKey(key);
    }
  });
}
