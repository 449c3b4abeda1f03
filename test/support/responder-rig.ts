import { serviceType } from '../../src/adapters/discovery/advertisements.ts';
import { readMessage } from '../../src/adapters/discovery/dns/message.ts';
import type { Response } from '../../src/adapters/discovery/responder/packets.ts';
import { ownRecords } from '../../src/adapters/discovery/responder/records.ts';
import { type Endpoint, Responder } from '../../src/adapters/discovery/responder/responder.ts';
import { createUnicastRate } from '../../src/adapters/discovery/responder/unicast-rate.ts';
import { createVirtualClock } from '../../src/testing/virtual-clock.ts';
import { type Asked, wireName, wireRecord } from './mdns.ts';

export const instance = `abc.${serviceType}`;
export const host = 'lanpeer-abc.local';
export const types = '_services._dns-sd._udp.local';

const published = [
  { name: serviceType, type: 'PTR', data: instance },
  { name: instance, type: 'SRV', data: { port: 4_000, target: host } },
  { name: instance, type: 'TXT', data: [Buffer.from('v=1'), Buffer.from('id=abc')] },
  { name: types, type: 'PTR', data: serviceType },
  { name: host, type: 'A', data: '198.51.100.1' },
  { name: host, type: 'AAAA', data: 'fe80::1' },
];

export const group = 'group';
export const asker: Endpoint = { address: '192.0.2.9', port: 5_353 };
export const resolver: Endpoint = { address: '192.0.2.9', port: 40_000 };

/** A responder, what it is asked, and what it sends. */
export function createResponderRig(addresses: readonly string[] = ['192.0.2.1']) {
  const clock = createVirtualClock();
  const sent: { readonly at: number; readonly to: string; readonly response: Response }[] = [];
  const responder = new Responder({
    records: ownRecords(published, addresses),
    clock,
    random: () => 0.5,
    mayAnswer: createUnicastRate(clock),
    send: (response, to) => void sent.push({ at: clock.monotonic(), to: to?.address ?? group, response }),
  });
  return {
    clock,
    responder,
    sent,
    ask(bytes: Buffer, from = asker) {
      const message = readMessage(bytes);
      if (message && message !== 'ignored') responder.query(message, from);
    },
    /** When, to whom, and which types as answers and beside them. */
    said: () =>
      sent.map(({ at, to, response }) => {
        const text = (records: Response['answers']): string => records.map(({ type }) => type).join(' ');
        return [at, to, text(response.answers), text(response.additionals)];
      }),
  };
}

export const pointer: Asked = { name: serviceType, type: 'PTR' };
export const target = Buffer.concat([Buffer.from([0, 0, 0, 0, 0x0f, 0xa0]), wireName(host)]);
/** A pointer that a querier knows already, for so many seconds. */
export const knownPointer = (ttl: number): Buffer => wireRecord(serviceType, 'PTR', ttl, wireName(instance));
