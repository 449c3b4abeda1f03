import type { Bonjour } from 'bonjour-service';
import type { Clock, Random } from '../../environment.ts';
import { limits } from '../../limits.ts';
import { formatTxt, type TxtFields } from '../../protocol/txt-record.ts';
import { type DnsRecord, serviceType } from './advertisements.ts';
import { isGoodbye } from './bonjour-mdns.ts';
import { readMessage } from './dns/message.ts';
import { question } from './dns/question.ts';
import { MdnsSocket } from './mdns-socket.ts';
import { ownRecords } from './responder/records.ts';
import { type Endpoint, Responder } from './responder/responder.ts';

/** RFC 6763 section 9. */
const allServiceTypes = '_services._dns-sd._udp.local';

/** One Bonjour on one interface. */
export interface BonjourInterface {
  /** Resolves when it listens, or when it cannot; the latter went to `onError`. */
  readonly ready: Promise<void>;
  /** It cannot send or never listened: only another one can. */
  readonly broken: boolean;
  query(): void;
  /** Asks which services there are, of whatever program. */
  survey(): void;
  /** Closes, after a goodbye if that is wanted; resolves when it is closed. Never rejects. */
  close(goodbye: boolean): Promise<void>;
}

export interface BonjourInterfaceOptions {
  /** IPv4 address of the interface. */
  readonly address: string;
  /** Addresses by which this node is reached from there. */
  readonly addresses: readonly string[];
  readonly fields: TxtFields;
  readonly port: number;
  /** Asks and listens alone: announces nothing, and answers nobody. */
  readonly silent: boolean;
  readonly clock: Clock;
  readonly random: Random;
  /** Whether a datagram may cost the time to decode it. */
  readonly admit: (source: string, bytes: number) => boolean;
  /** A datagram took so many steps to read. */
  readonly onRead: (source: string, steps: number) => void;
  /** Whether that source may get one more unicast answer now. */
  readonly mayAnswer: (source: string) => boolean;
  readonly onRecords: (records: readonly DnsRecord[], source: string) => void;
  /** A datagram that is no DNS message, or holds something that is none. */
  readonly onMalformed: () => void;
  readonly onError: (thrown: unknown) => void;
}

/**
 * Announces on one interface, answers for it, and hands over every response that is received there. No probing: the service
 * instance name is the device id, which no other device has, and a probe that finds it would say goodbye for its owner.
 *
 * bonjour-service says when to announce and queries; what is announced and answered passes our responder, which keeps to
 * RFC 6762. Datagrams are read by our own reader, so the answers of bonjour-service, which do not, are never made.
 */
export function openBonjour(options: BonjourInterfaceOptions): BonjourInterface {
  const socket = new MdnsSocket(options.address, options.onError);
  const responder = options.silent ? askAlone(socket) : publish(socket, options);
  socket.onDatagram((bytes, from) => receive(bytes, from, responder, options));
  let browser: ReturnType<Bonjour['find']> | undefined;
  let closed = false;
  return {
    ready: socket.ready,
    get broken() {
      return socket.broken;
    },
    query() {
      if (browser) {
        browser.update();
        return;
      }
      // A new browser queries at once. It keeps nothing: responses go to our own reader.
      browser = socket.bonjour.find({ type: 'lanpeer' });
      // A node that multicast an answer just before is silent for a second; a newcomer need not wait for it.
      socket.sendBytes(question(serviceType, true));
    },
    survey: () => socket.sendBytes(question(allServiceTypes, false)),
    async close(goodbye) {
      if (closed) return;
      closed = true;
      socket.silence();
      if (goodbye && responder && !socket.broken) await sayGoodbye(socket, options.clock);
      responder?.stop();
      await socket.destroy();
    },
  };
}

/** Of what Bonjour would send only queries go out. */
function askAlone(socket: MdnsSocket): undefined {
  socket.intercept((message, sent) => {
    if (message.type === 'response') sent?.();
    else socket.send(message, undefined, sent);
  });
}

/** Publishes the service by Bonjour, and announces it by our responder. */
function publish(socket: MdnsSocket, options: BonjourInterfaceOptions): Responder {
  const { addresses, fields, port, clock, random, mayAnswer } = options;
  let responder: Responder | undefined;
  socket.intercept((message, sent) => {
    if (message.type !== 'response') socket.send(message, undefined, sent);
    else if (responder && isGoodbye(message)) socket.send(responder.goodbye(), undefined, sent);
    else {
      responder?.announce();
      sent?.();
    }
  });
  const service = socket.bonjour.publish({
    name: fields.id,
    type: 'lanpeer',
    port,
    txt: formatTxt(fields),
    host: `lanpeer-${fields.id.slice(0, 16)}.local`,
    probe: false,
    disableIPv6: true,
  });
  service.on('error', socket.fail);
  const made = new Responder({
    records: ownRecords(service.records(), addresses),
    clock,
    random,
    mayAnswer,
    send: (response, to) => socket.send(response, to),
  });
  responder = made;
  made.announce();
  return made;
}

/** Reads a datagram, of whatever source, if it may cost the time. */
function receive(
  bytes: Buffer,
  from: Endpoint,
  responder: Responder | undefined,
  options: BonjourInterfaceOptions,
): void {
  const { admit, onRead, onRecords, onMalformed } = options;
  if (!admit(from.address, bytes.byteLength)) return;
  const message = readMessage(bytes);
  if (message === 'ignored') return;
  if (!message || message.broken) onMalformed();
  if (!message) return;
  onRead(from.address, message.steps);
  if (!message.response) {
    responder?.query(message, from);
    return;
  }
  const records = [...message.answers, ...message.additionals];
  responder?.response(records);
  onRecords(records, from.address);
}

/** Resolves when the goodbye was sent, could not be sent, or took too long. */
function sayGoodbye({ bonjour }: MdnsSocket, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.setTimeout(resolve, limits.discovery.goodbyeMs);
    bonjour.unpublishAll(() => {
      clock.clearTimeout(timer);
      resolve();
    });
  });
}
