import type { RemoteInfo } from 'node:dgram';
import { Bonjour } from 'bonjour-service';
import type { Clock, Random } from '../../environment.ts';
import { limits } from '../../limits.ts';
import { formatTxt, type TxtFields } from '../../protocol/txt.ts';
import { describeThrown } from '../../util/thrown.ts';
import { type DnsRecord, serviceType } from './advertisements.ts';
import { isGoodbye, type Message, mdnsOf, type Sent } from './bonjour-mdns.ts';
import { readMessage } from './dns/message.ts';
import { unicastQuestion } from './dns/unicast-question.ts';
import { createOwnSocket } from './own-socket.ts';
import type { Response } from './responder/packets.ts';
import { ownRecords } from './responder/records.ts';
import { createResponder, type Endpoint, type Responder } from './responder/responder.ts';

/** One Bonjour on one interface. */
export interface BonjourInterface {
  /** Resolves when it listens, or when it cannot; the latter went to `onError`. */
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
  /** Addresses by which this node is reached from there. */
  readonly announced: readonly string[];
  readonly fields: TxtFields;
  readonly port: number;
  readonly clock: Clock;
  readonly random: Random;
  /** Whether a datagram may cost the time to decode it. */
  readonly admit: (source: string, bytes: number) => boolean;
  /** A datagram took so many steps to read. */
  readonly read: (source: string, steps: number) => void;
  /** Whether that source may get one more unicast answer now. */
  readonly mayAnswer: (source: string) => boolean;
  readonly packet: (records: readonly DnsRecord[], source: string) => void;
  /** A datagram that is no DNS message, or holds something that is none. */
  readonly malformed: () => void;
  readonly onError: (thrown: unknown) => void;
}

const mdnsGroup = '224.0.0.251';
const mdnsPort = 5_353;

/**
 * Announces on one interface, answers for it, and hands over every response that is heard there. Bound to all addresses,
 * because a socket bound to one hears no multicast; sends on this interface only. No probing: the instance name is the
 * device id, which nobody else has, and a probe that finds it would say goodbye for its owner.
 *
 * bonjour-service says when to announce and asks; what is announced and answered passes our responder, which keeps to RFC
 * 6762. Datagrams are read by our own reader, so the answers of bonjour-service, which do not, are never made.
 */
export function openBonjour(options: BonjourInterfaceOptions): BonjourInterface {
  const { address, announced, fields, port, clock, random, admit, mayAnswer, packet, malformed, onError } = options;
  let broken: Error | undefined;
  let closed = false;

  function fault(thrown: unknown): void {
    broken ??= thrown instanceof Error ? thrown : new Error(describeThrown(thrown), { cause: thrown });
    if (!closed) onError(thrown);
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
  const sendNow = mdns.send.bind(mdns);
  function send(message: Message | Response, to?: Endpoint, sent?: Sent): void {
    ready
      .then(() => {
        if (!chosen) sent?.(broken ?? new Error('it is closed'));
        else
          sendNow(message, to, (error?: Error | null) => {
            // One asker that cannot be reached says nothing of the network.
            if (error && !to) fault(error);
            sent?.(error);
          });
      })
      .catch(fault);
  }

  // Without these listeners a port that is taken, or an interface that is gone, ends the process.
  mdns.on('error', fault);
  mdns.on('warning', fault);

  let responder: Responder | undefined;
  mdns.send = (message, ...rest) => {
    const sent = rest.findLast((one) => typeof one === 'function') as Sent | undefined;
    if (message.type !== 'response') send(message, undefined, sent);
    else if (responder && isGoodbye(message)) send(responder.goodbye(), undefined, sent);
    else {
      responder?.announce();
      sent?.();
    }
  };
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
  const answering = createResponder({
    records: ownRecords(service.records(), announced),
    clock,
    random,
    mayAnswer,
    send: (response, to) => send(response, to),
  });
  responder = answering;
  answering.announce();

  // Strangers' datagrams are read behind the gate only.
  socket.removeAllListeners('message');
  socket.on('message', (bytes: Buffer, { address: source, port: sourcePort }: RemoteInfo) => {
    if (closed || !admit(source, bytes.byteLength)) return;
    const message = readMessage(bytes);
    if (message === 'ignored') return;
    if (!message || message.broken) malformed();
    if (message) options.read(source, message.steps);
    if (message?.response) {
      const records = [...message.answers, ...message.additionals];
      answering.response(records);
      packet(records, source);
    } else if (message) answering.query(message, { address: source, port: sourcePort });
  });

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

  /** Who multicast an answer just before is silent for a second; a newcomer need not wait for it. */
  function askForUnicast(): void {
    ready
      .then(() => {
        if (chosen && !closed) socket.send(unicastQuestion(serviceType), mdnsPort, mdnsGroup, () => undefined);
      })
      .catch(fault);
  }

  let browser: ReturnType<Bonjour['find']> | undefined;
  return {
    ready,
    get broken() {
      return broken !== undefined;
    },
    query() {
      if (browser) {
        browser.update();
        return;
      }
      // A new browser asks at once. It keeps nothing: responses go to our own reader.
      browser = bonjour.find({ type: 'lanpeer' });
      askForUnicast();
    },
    async close(goodbye) {
      if (closed) return;
      closed = true;
      if (goodbye && !broken) await sayGoodbye();
      answering.stop();
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
