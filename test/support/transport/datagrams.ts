import dgram from 'node:dgram';

/** A UDP datagram that a socket of this process is about to send. */
export interface Datagram {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
  /** Sends it as it is, now. */
  pass(): void;
}

/** First byte of a datagram: STUN under 4, DTLS from 20 to 63 (RFC 7983). */
export const isStun = ({ bytes }: Datagram): boolean => (bytes[0] ?? 0) < 4;
export const isDtls = ({ bytes }: Datagram): boolean => (bytes[0] ?? 0) >= 20 && (bytes[0] ?? 0) <= 63;

/**
 * Sees every datagram that sockets of this process send to a port number; `see` passes it on, once, often, later or not
 * at all. Returns the function that ends this.
 */
export function tapDatagrams(see: (datagram: Datagram) => void): () => void {
  const { prototype } = dgram.Socket;
  const { send } = prototype;
  Object.assign(prototype, {
    send(this: dgram.Socket, bytes: Buffer, to: unknown, ...rest: unknown[]) {
      const pass = (): void => void Reflect.apply(send, this, [bytes, to, ...rest]);
      if (typeof to !== 'number' || this.listenerCount('untapped') > 0) pass();
      else see({ bytes, from: this.address().port, to, pass });
    },
  });
  return () => void Object.assign(prototype, { send });
}

/** A socket of another program on this machine; the tap does not see it. */
export interface Stranger {
  send(bytes: Uint8Array, port: number): Promise<void>;
  /** Datagrams that came for it so far; all that were sent before the call are among them. */
  received(): Promise<readonly Buffer[]>;
  close(): void;
  readonly port: number;
}

export async function createStranger(): Promise<Stranger> {
  const socket = dgram.createSocket('udp4');
  socket.on('untapped', () => undefined);
  const received: Buffer[] = [];
  const mark = Buffer.from('the end of what came before');
  let marked = (): void => undefined;
  socket.on('message', (bytes) => {
    if (bytes.equals(mark)) marked();
    else received.push(bytes);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const send = (bytes: Uint8Array, port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      socket.send(bytes, port, '127.0.0.1', (error) => (error ? reject(error) : resolve()));
    });
  return {
    send,
    async received() {
      const seen = new Promise<void>((resolve) => {
        marked = resolve;
      });
      await send(mark, socket.address().port);
      await seen;
      return received;
    },
    close: () => void socket.close(),
    port: socket.address().port,
  };
}

/** A DTLS 1.2 record (RFC 6347 section 4.1). */
export function dtlsRecord(type: number, body: Uint8Array, epoch = 0, sequence = 0): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt8(type, 0);
  header.writeUInt16BE(0xfefd, 1);
  header.writeUInt16BE(epoch, 3);
  header.writeUIntBE(sequence, 5, 6);
  header.writeUInt16BE(body.byteLength, 11);
  return Buffer.concat([header, body]);
}

/** A handshake message in one fragment, or a fragment of one that says to be longer (RFC 6347 section 4.2.2). */
export function handshakeMessage(type: number, sequence: number, body: Uint8Array, length = body.byteLength): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt8(type, 0);
  header.writeUIntBE(length, 1, 3);
  header.writeUInt16BE(sequence, 4);
  header.writeUIntBE(0, 6, 3);
  header.writeUIntBE(body.byteLength, 9, 3);
  return Buffer.concat([header, body]);
}
