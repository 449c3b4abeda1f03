import * as v from 'valibot';
import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { LinkEvents } from './link-events.ts';
import type { LinkOptions, Transport, TransportLink } from './port.ts';

/** A record that goes along, in base64: the text of the message bounds it. */
const record = v.exactOptional(v.pipe(v.string(), v.base64(), v.minLength(1)));
const description = v.strictObject({ tls: v.picklist(['offer', 'answer']), record });
const { recordBytes, highWater, lowWater } = limits.tls;

/**
 * Links over the signalling session itself: where UDP does not pass, TLS carries the records. Both ends are proven and
 * what they send is sealed already, so that nothing is negotiated but the moment to begin. Offer and answer carry the first
 * records: the link is open for both ends after one message more.
 */
export function tlsTransport(): Transport {
  return { via: 'tls', authenticated: true, recordBytes, highWater, open: openLink };
}

const describe = (tls: 'offer' | 'answer', records: readonly Uint8Array[]): v.InferOutput<typeof description> =>
  records.length === 0 ? { tls } : { tls, record: Buffer.concat(records).toString('base64') };

function openLink({ role, carry, listener, firstRecord }: LinkOptions): TransportLink {
  let opened = false;
  /** What this end says while it reads the offer: it goes with the answer. */
  let answered: Uint8Array[] | undefined;
  const events = new LinkEvents({ listener, recordBytes, lowWater, release: () => carrier?.close() });

  const carrier = carry?.({
    record(bytes) {
      // What comes before the answer is not of this link.
      if (opened) events.report(() => listener.record(bytes));
    },
    left: () => events.drained(carrier?.bufferedAmount ?? 0),
    closed: () =>
      events.fail(new LanpeerError('ERR_TRANSPORT', 'The other end closed the link, or its session ended.')),
  });

  function negotiate(body: unknown): void {
    const parsed = v.safeParse(description, body);
    const expected = role === 'offerer' ? 'answer' : 'offer';
    if (!parsed.success || parsed.output.tls !== expected || opened) {
      events.fail(new LanpeerError('ERR_PROTOCOL', 'A description of a link has an unknown shape or came twice.'));
      return;
    }
    const { record } = parsed.output;
    events.report(() => listener.negotiated());
    opened = !events.isOver;
    if (role === 'answerer') answered = [];
    events.report(() => listener.open());
    if (record !== undefined) events.report(() => listener.record(Buffer.from(record, 'base64')));
    const records = answered;
    answered = undefined;
    if (records) events.report(() => listener.signal(describe('answer', records)));
  }

  // Not at once: the caller has no link yet.
  queueMicrotask(() => {
    if (!carrier) events.fail(new LanpeerError('ERR_TRANSPORT', 'There is no session that carries the link.'));
    else if (role === 'offerer')
      events.report(() => listener.signal(describe('offer', firstRecord ? [firstRecord()] : [])));
  });

  return {
    signal(body) {
      if (events.isOver) return;
      // An offer may be there before its link has a name. Right behind an answer come records, which must find it open.
      if (role === 'answerer') queueMicrotask(() => !events.isOver && negotiate(body));
      else negotiate(body);
    },
    send(record) {
      if (events.isOver || !opened || !carrier || !events.accepts(record)) return;
      if (answered) {
        answered.push(Uint8Array.from(record));
        return;
      }
      carrier.send(record);
      events.sent(carrier.bufferedAmount);
    },
    get bufferedAmount() {
      return events.isOver ? 0 : (carrier?.bufferedAmount ?? 0);
    },
    close() {
      events.close();
      carrier?.close();
      return Promise.resolve();
    },
  };
}
