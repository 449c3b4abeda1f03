import type { RemoteInfo } from 'node:dgram';
import { EventEmitter } from 'node:events';
import { Bonjour } from 'bonjour-service';
import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';
import { formatTxt, type TxtFields } from '../../protocol/txt.ts';
import { describeThrown } from '../../thrown.ts';
import { createOwnSocket } from './own-socket.ts';
import { type DnsRecord, serviceType } from './packet.ts';

/** One Bonjour on one interface. */
export interface BonjourInterface {
  /** Resolves when it listens, or when it cannot; the latter went to `trouble`. */
  readonly ready: Promise<void>;
  /** It cannot send or never listened: only another one can. */
  readonly broken: boolean;
  query(): void;
  /** Closes, after a goodbye if that is wanted; resolves when it is closed. Never rejects. */
  close(goodbye: boolean): Promise<void>;
}

export interface BonjourInterfaceOptions {
  /** IPv4 address of the interface. */
  readonly address: string;
  readonly fields: TxtFields;
  readonly port: number;
  readonly clock: Clock;
  /** Whether a datagram may cost the time to decode it. */
  readonly admit: (source: string, bytes: number) => boolean;
  readonly packet: (records: readonly DnsRecord[], source: string) => void;
  /** A datagram that is no DNS message. */
  readonly malformed: () => void;
  readonly trouble: (thrown: unknown) => void;
}

type Sent = (error?: Error | null) => void;

interface Message {
  readonly answers?: readonly DnsRecord[];
  readonly additionals?: readonly DnsRecord[];
}

/** The mDNS socket under a Bonjour, which its types keep private. */
interface Mdns extends EventEmitter {
  /** Everything that leaves goes through this; the last argument is the callback, if there is one. */
  send: (message: Message, ...rest: unknown[]) => void;
  query(question: { readonly questions: readonly { readonly name: string; readonly type: 'PTR' }[] }, done: Sent): void;
}

function mdnsOf(bonjour: Bonjour): Mdns {
  const { server } = bonjour as unknown as { readonly server?: { readonly mdns?: unknown } };
  if (!(server?.mdns instanceof EventEmitter)) throw new Error('bonjour-service is not built as it was');
  return server.mdns as Mdns;
}

/** Bonjour announces the addresses of every interface on each; only the one that a packet leaves by can be reached there. */
function onlyAddress(message: Message, address: string): Message {
  const fits = ({ type, data }: DnsRecord): boolean => (type !== 'A' && type !== 'AAAA') || data === address;
  const { answers, additionals } = message;
  return {
    ...message,
    ...(answers && { answers: answers.filter(fits) }),
    ...(additionals && { additionals: additionals.filter(fits) }),
  };
}

/**
 * Announces on one interface and hands over every response that is heard there. Bound to all addresses, because a
 * socket bound to one hears no multicast; sends on this interface only. No probing: the instance name is the device id,
 * which nobody else has, and a probe that finds it would say goodbye for its owner.
 */
export function openBonjour(options: BonjourInterfaceOptions): BonjourInterface {
  const { address, fields, port, clock, admit, packet, malformed, trouble } = options;
  let broken: Error | undefined;
  let decoding = false;
  let closed = false;

  function fault(thrown: unknown): void {
    broken ??= thrown instanceof Error ? thrown : new Error(describeThrown(thrown), { cause: thrown });
    if (!closed) trouble(thrown);
  }

  const socket = createOwnSocket();
  // multicast-dns takes `bind` and `socket`, which the types of bonjour-service do not know.
  const settings: object = { interface: address, bind: '0.0.0.0', socket };
  const bonjour = new Bonjour(settings, fault);
  const mdns = mdnsOf(bonjour);

  // A socket that could not choose its interface would send by the default route, to another network.
  let chosen = false;
  socket.once('listening', () => {
    try {
      socket.setMulticastInterface(address);
      chosen = true;
    } catch (thrown) {
      fault(thrown);
    }
  });
  const ready = new Promise<void>((resolve) => {
    mdns.once('ready', () => resolve());
    mdns.once('error', () => resolve());
    socket.once('close', () => resolve());
  });
  const send = mdns.send.bind(mdns);
  mdns.send = (message, ...rest) => {
    const sent = rest.findLast((one) => typeof one === 'function') as Sent | undefined;
    ready
      .then(() => (chosen ? send(onlyAddress(message, address), ...rest) : sent?.(broken ?? new Error('it is closed'))))
      .catch(fault);
  };

  // Strangers' datagrams are decoded, and their questions answered, behind the gate only.
  const decoders = socket.listeners('message');
  socket.removeAllListeners('message');
  socket.on('message', (bytes: Buffer, from: RemoteInfo) => {
    if (closed || !admit(from.address, bytes.byteLength)) return;
    decoding = true;
    try {
      for (const decode of decoders) decode.call(socket, bytes, from);
    } catch {
      malformed();
    } finally {
      decoding = false;
    }
  });

  // Without these listeners a port that is taken, or an interface that is gone, ends the process.
  mdns.on('error', fault);
  mdns.on('warning', (thrown: unknown) => (decoding ? malformed() : fault(thrown)));
  mdns.on('response', (response: { answers?: DnsRecord[]; additionals?: DnsRecord[] }, source: { address: string }) => {
    packet([...(response.answers ?? []), ...(response.additionals ?? [])], source.address);
  });
  const service = bonjour.publish({
    name: fields.id,
    type: 'lanpeer',
    port,
    txt: formatTxt(fields),
    host: `lanpeer-${fields.id.slice(0, 16)}.local`,
    probe: false,
    disableIPv6: true,
  });
  service.on('error', fault);

  /** Resolves when the goodbye was sent, could not be sent, or took too long. */
  function sayGoodbye(): Promise<void> {
    return new Promise((resolve) => {
      const timer = clock.setTimeout(resolve, limits.discovery.goodbyeMs);
      bonjour.unpublishAll(() => {
        clock.clearTimeout(timer);
        resolve();
      });
    });
  }

  return {
    ready,
    get broken() {
      return broken !== undefined;
    },
    query() {
      mdns.query({ questions: [{ name: serviceType, type: 'PTR' }] }, (error) => {
        if (error) fault(error);
      });
    },
    async close(goodbye) {
      if (closed) return;
      closed = true;
      if (goodbye && !broken) await sayGoodbye();
      await new Promise<void>((resolve) => {
        try {
          bonjour.destroy(() => resolve());
        } catch {
          // The socket was closed already, for it could not be opened.
          resolve();
        }
      });
    },
  };
}
