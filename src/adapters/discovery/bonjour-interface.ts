import { EventEmitter } from 'node:events';
import { Bonjour } from 'bonjour-service';
import type { Clock } from '../../environment.ts';
import { formatTxt, type TxtFields } from '../../protocol/txt.ts';
import { type DnsRecord, serviceType } from './packet.ts';

/** One Bonjour on one interface. */
export interface BonjourInterface {
  query(): void;
  /** Says goodbye, then closes; resolves when it is closed, or after a time limit. */
  close(): Promise<void>;
}

export interface BonjourInterfaceOptions {
  /** IPv4 address of the interface. */
  readonly address: string;
  readonly fields: TxtFields;
  readonly port: number;
  readonly clock: Clock;
  readonly packet: (records: readonly DnsRecord[], source: string) => void;
  readonly trouble: (thrown: unknown) => void;
}

/** The mDNS socket under a Bonjour, which its types keep private. */
interface Mdns extends EventEmitter {
  respond: (response: unknown, ...rest: unknown[]) => void;
  query(question: { readonly questions: readonly { readonly name: string; readonly type: 'PTR' }[] }): void;
}

const closeMs = 500;

function mdnsOf(bonjour: Bonjour): Mdns {
  const { server } = bonjour as unknown as { readonly server?: { readonly mdns?: unknown } };
  if (!(server?.mdns instanceof EventEmitter)) throw new Error('bonjour-service is not built as it was');
  return server.mdns as Mdns;
}

/** Bonjour announces the addresses of every interface on each; only the one that a packet leaves by can be reached there. */
function announceOnly(mdns: Mdns, address: string): void {
  const respond = mdns.respond.bind(mdns);
  const fits = ({ type, data }: DnsRecord): boolean => (type !== 'A' && type !== 'AAAA') || data === address;
  mdns.respond = (response, ...rest) => {
    const { answers = [], additionals = [] }: { answers?: DnsRecord[]; additionals?: DnsRecord[] } = Array.isArray(
      response,
    )
      ? { answers: response }
      : (response as object);
    respond({ answers: answers.filter(fits), additionals: additionals.filter(fits) }, ...rest);
  };
}

/**
 * Announces on one interface and hands over every response that is heard there. Bound to all addresses, because a
 * socket bound to one hears no multicast; sends on this interface only. No probing: the instance name is the device id,
 * which nobody else has, and a probe that finds it would say goodbye for its owner.
 */
export function openBonjour(options: BonjourInterfaceOptions): BonjourInterface {
  const { address, fields, port, clock, packet, trouble } = options;
  // multicast-dns takes `bind`, which the types of bonjour-service do not know.
  const settings: object = { interface: address, bind: '0.0.0.0' };
  const bonjour = new Bonjour(settings, trouble);
  const mdns = mdnsOf(bonjour);
  // Without these listeners a port that is taken, or a packet that is no DNS, ends the process.
  announceOnly(mdns, address);
  mdns.on('error', trouble);
  mdns.on('warning', () => undefined);
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
  service.on('error', trouble);

  return {
    query() {
      mdns.query({ questions: [{ name: serviceType, type: 'PTR' }] });
    },
    close() {
      return new Promise((resolve) => {
        const timer = clock.setTimeout(resolve, closeMs);
        const done = (): void => {
          clock.clearTimeout(timer);
          resolve();
        };
        try {
          bonjour.unpublishAll(() => bonjour.destroy(done));
        } catch (thrown) {
          trouble(thrown);
          done();
        }
      });
    },
  };
}
