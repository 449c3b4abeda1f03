import type { RemoteInfo } from 'node:dgram';
import { Bonjour } from 'bonjour-service';
import { describeThrown } from '../../util/thrown.ts';
import { type Mdns, type Message, mdnsOf, type Sent } from './bonjour-mdns.ts';
import { createOwnSocket } from './own-socket.ts';
import type { Response } from './responder/packets.ts';
import type { Endpoint } from './responder/responder.ts';

const mdnsGroup = '224.0.0.251';
const mdnsPort = 5_353;

/**
 * The socket of one Bonjour. Bound to all addresses, because a socket bound to one receives no multicast; sends on one
 * interface only.
 */
export class MdnsSocket {
  readonly bonjour: Bonjour;
  /** Resolves when it listens, or when it cannot; the latter went to `onError`. */
  readonly ready: Promise<void>;
  readonly #socket = createOwnSocket();
  readonly #mdns: Mdns;
  readonly #sendNow: Mdns['send'];
  readonly #onError: (thrown: unknown) => void;
  #broken: Error | undefined;
  /** A socket that could not choose its interface would send by the default route, to another network. */
  #hasInterface = false;
  #isQuiet = false;

  constructor(address: string, onError: (thrown: unknown) => void) {
    this.#onError = onError;
    // multicast-dns takes `bind` and `socket`, which the types of bonjour-service do not know.
    const settings: object = { interface: address, bind: '0.0.0.0', socket: this.#socket };
    this.bonjour = new Bonjour(settings, this.fail);
    const mdns = mdnsOf(this.bonjour);
    this.#mdns = mdns;
    this.#sendNow = mdns.send.bind(mdns);
    this.#socket.once('listening', () => this.#chooseInterface(address));
    this.ready = new Promise<void>((resolve) => {
      mdns.once('ready', () => resolve());
      mdns.once('error', () => resolve());
      this.#socket.once('close', () => resolve());
    });
    // Without these listeners a port that is taken, or an interface that is gone, ends the process.
    mdns.on('error', this.fail);
    mdns.on('warning', this.fail);
  }

  /** It cannot send, or never listened. */
  get broken(): boolean {
    return this.#broken !== undefined;
  }

  /** Something that makes it useless. */
  readonly fail = (thrown: unknown): void => {
    this.#broken ??= thrown instanceof Error ? thrown : new Error(describeThrown(thrown), { cause: thrown });
    if (!this.#isQuiet) this.#onError(thrown);
  };

  /** From now on errors are not told any more, nor datagrams. */
  silence(): void {
    this.#isQuiet = true;
  }

  /** Everything that Bonjour would send goes there. */
  intercept(handle: (message: Message, sent: Sent | undefined) => void): void {
    this.#mdns.send = (message, ...rest) =>
      handle(message, rest.findLast((one) => typeof one === 'function') as Sent | undefined);
  }

  /** Datagrams go there, and to nothing else: multicast-dns would read those of strangers unbounded. */
  onDatagram(handle: (bytes: Buffer, from: Endpoint) => void): void {
    this.#socket.removeAllListeners('message');
    this.#socket.on('message', (bytes: Buffer, { address, port }: RemoteInfo) => {
      if (!this.#isQuiet) handle(bytes, { address, port });
    });
  }

  /** To the group, or to one asker, once it listens. */
  send(message: Message | Response, to?: Endpoint, sent?: Sent): void {
    this.ready
      .then(() => {
        if (!this.#hasInterface) sent?.(this.#broken ?? new Error('it is closed'));
        else
          this.#sendNow(message, to, (error?: Error | null) => {
            // One asker that cannot be reached says nothing of the network.
            if (error && !to) this.fail(error);
            sent?.(error);
          });
      })
      .catch(this.fail);
  }

  /** A datagram to the group as it is, once it listens. */
  sendBytes(bytes: Buffer): void {
    this.ready
      .then(() => {
        if (this.#hasInterface && !this.#isQuiet) this.#socket.send(bytes, mdnsPort, mdnsGroup, () => undefined);
      })
      .catch(this.fail);
  }

  /** Resolves when it is closed; never rejects. */
  destroy(): Promise<void> {
    return new Promise((resolve) => {
      try {
        this.bonjour.destroy(() => resolve());
      } catch {
        // The socket was closed already, for it could not be opened.
        resolve();
      }
    });
  }

  #chooseInterface(address: string): void {
    try {
      this.#socket.setMulticastInterface(address);
      this.#hasInterface = true;
    } catch (thrown) {
      this.fail(thrown);
    }
  }
}
