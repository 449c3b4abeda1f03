import { Socket as DatagramSocket } from 'node:dgram';
import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { RTCDataChannel } from 'werift';
import type { CounterName, Counters } from './counters.ts';
import type { TlsContents } from './tls-contents.ts';

interface Written {
  readonly chunk: Buffer | string;
  readonly encoding: BufferEncoding;
}
type Done = (error?: Error | null) => void;

const bytesOf = ({ chunk, encoding }: Written): Buffer =>
  typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;

let latest: TLSSocket | undefined;
let hasBroken = false;

/** Ends the TLS connection that was written to last; once. */
export function breakOneSession(): void {
  if (hasBroken) return;
  hasBroken = true;
  latest?.destroy();
}

/** Counts what TLS sockets write, above OpenSSL. A planted write is one that is made in two parts. */
function hookTls(counters: Counters, contents: TlsContents): void {
  const { _write: write, _writev: writev } = Socket.prototype;
  if (!writev) throw new Error('This Node writes in another way.');

  Socket.prototype._write = function (this: Socket, chunk: Buffer | string, encoding: BufferEncoding, done: Done) {
    const put = (part: Buffer | string, then: Done): void => {
      counters.add('TLS writes');
      write.call(this, part, encoding, then);
    };
    if (!(this instanceof TLSSocket)) {
      write.call(this, chunk, encoding, done);
      return;
    }
    latest = this;
    contents.look(this, bytesOf({ chunk, encoding }));
    if (typeof chunk !== 'string' && chunk.length > 1 && counters.isDueAgain('TLS writes'))
      put(chunk.subarray(0, 1), (error) => (error ? done(error) : put(chunk.subarray(1), done)));
    else put(chunk, done);
  };

  Socket.prototype._writev = function (this: Socket, chunks: Written[], done: Done) {
    const put = (part: Written[], then: Done): void => {
      counters.add('TLS writes');
      writev.call(this, part, then);
    };
    if (!(this instanceof TLSSocket)) {
      writev.call(this, chunks, done);
      return;
    }
    latest = this;
    for (const one of chunks) contents.look(this, bytesOf(one));
    // Node marks an array in which all are buffers.
    const marked = (part: Written[]): Written[] =>
      Object.assign(part, { allBuffers: Reflect.get(chunks, 'allBuffers') });
    if (chunks.length > 1 && counters.isDueAgain('TLS writes'))
      put(marked(chunks.slice(0, 1)), (error) => (error ? done(error) : put(marked(chunks.slice(1)), done)));
    else put(chunks, done);
  };
}

/** First byte of a DTLS record with a message of the handshake (RFC 6347 section 4.1), and of application data. */
const [dtlsHandshake, dtlsData] = [22, 23];

/** RFC 7983 section 7: what the first byte of a datagram says. */
function kindOf(first: number): CounterName {
  if (first <= 3) return 'STUN datagrams';
  if (first === dtlsHandshake) return 'DTLS handshake datagrams';
  return first === dtlsData ? 'DTLS data datagrams' : 'other datagrams';
}

let sendAgain: ((datagram: Uint8Array) => void) | undefined;

/** Sends a STUN request without attributes (RFC 8489 section 5), which nothing answers, where a datagram was sent last. */
export function sendStunRequest(): void {
  const header = Buffer.alloc(20);
  header.writeUInt16BE(1, 0);
  header.writeUInt32BE(0x2112_a442, 4);
  sendAgain?.(header);
}

/** Counts datagrams, and what is written on data channels. A planted datagram is sent twice. */
function hookUdp(counters: Counters): void {
  const { send } = DatagramSocket.prototype;
  DatagramSocket.prototype.send = function (this: DatagramSocket, ...args: unknown[]) {
    const put = (): unknown => Reflect.apply(send, this, args);
    const [data, ...where] = args;
    sendAgain = (datagram) => void Reflect.apply(this.send, this, [datagram, ...where]);
    const name = data instanceof Uint8Array ? kindOf(data[0] ?? 0) : 'other datagrams';
    counters.add(name);
    if (counters.isDueAgain(name)) {
      counters.add(name);
      put();
    }
    return put() as undefined;
  } as typeof send;

  const { send: sendRecord } = RTCDataChannel.prototype;
  RTCDataChannel.prototype.send = function (this: RTCDataChannel, data: Buffer | string) {
    counters.add('records over WebRTC');
    sendRecord.call(this, data);
  };
}

/** For what measures: not counted. */
export const uncounted = { setTimeout: globalThis.setTimeout, setImmediate: globalThis.setImmediate } as const;

export const wait = (ms: number): Promise<void> => new Promise((resolve) => void uncounted.setTimeout(resolve, ms));

/** Counts timers that are armed and immediates. A planted one is armed, and does nothing. */
function hookTimers(counters: Counters): void {
  for (const [name, key] of [
    ['timers', 'setTimeout'],
    ['timers', 'setInterval'],
    ['immediates', 'setImmediate'],
  ] as const) {
    const arm: (...args: never[]) => unknown = globalThis[key];
    Object.assign(globalThis, {
      [key](...args: never[]): unknown {
        counters.add(name);
        if (counters.isDueAgain(name)) {
          counters.add(name);
          if (name === 'timers') uncounted.setTimeout(() => undefined, 1_000).unref();
          else uncounted.setImmediate(() => undefined);
        }
        return arm(...args);
      },
    });
  }
}

/** From now on everything of this process is counted. */
export function hook(counters: Counters, contents: TlsContents): void {
  hookTls(counters, contents);
  hookUdp(counters);
  hookTimers(counters);
}
