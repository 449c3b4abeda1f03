import * as v from 'valibot';
import { asLanpeerError, LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { LinkOptions, Transport, TransportLink } from './port.ts';

const description = v.strictObject({ tls: v.picklist(['offer', 'answer']) });
const { recordBytes, highWater, lowWater } = limits.tls;

/**
 * Links over the signalling session itself: where UDP does not pass, TLS carries the records. Both ends are proven and
 * what they say is sealed already, so that nothing is negotiated but the moment to begin.
 */
export function tlsTransport(): Transport {
  return { via: 'tls', authenticated: true, recordBytes, highWater, open: openLink };
}

function openLink({ role, carry, listener }: LinkOptions): TransportLink {
  let over = false;
  let opened = false;
  let above = false;

  function fail(error: LanpeerError): void {
    if (over) return;
    over = true;
    carrier?.close();
    listener.down(error);
  }

  /** A listener that throws must not end the session that others use. */
  function tell(report: () => void): void {
    if (over) return;
    try {
      report();
    } catch (thrown) {
      fail(asLanpeerError(thrown, 'ERR_INTERNAL'));
    }
  }

  const carrier = carry?.({
    record(bytes) {
      // What comes before the answer is not of this link.
      if (opened) tell(() => listener.record(bytes));
    },
    left() {
      if (!above || (carrier?.bufferedAmount ?? 0) > lowWater) return;
      above = false;
      tell(() => listener.drain());
    },
    closed: () => fail(new LanpeerError('ERR_TRANSPORT', 'The other end closed the link, or its session ended.')),
  });

  function take(body: unknown): void {
    const parsed = v.safeParse(description, body);
    const expected = role === 'offerer' ? 'answer' : 'offer';
    if (!parsed.success || parsed.output.tls !== expected || opened) {
      fail(new LanpeerError('ERR_PROTOCOL', 'A description of a link has an unknown shape or came twice.'));
      return;
    }
    if (role === 'answerer') tell(() => listener.signal({ tls: 'answer' }));
    tell(() => listener.negotiated());
    opened = !over;
    tell(() => listener.open());
  }

  // Not at once: the caller has no link yet.
  queueMicrotask(() => {
    if (!carrier) fail(new LanpeerError('ERR_TRANSPORT', 'There is no session that carries the link.'));
    else if (role === 'offerer') tell(() => listener.signal({ tls: 'offer' }));
  });

  return {
    signal(body) {
      if (over) return;
      // An offer may be there before its link has a name. Right behind an answer come records, which must find it open.
      if (role === 'answerer') queueMicrotask(() => !over && take(body));
      else take(body);
    },
    send(record) {
      if (over || !opened || !carrier) return;
      if (record.byteLength === 0 || record.byteLength > recordBytes) {
        fail(new LanpeerError('ERR_INTERNAL', `A record of ${record.byteLength} bytes cannot be sent.`));
        return;
      }
      carrier.send(record);
      if (carrier.bufferedAmount > lowWater) above = true;
    },
    get bufferedAmount() {
      return over ? 0 : (carrier?.bufferedAmount ?? 0);
    },
    close() {
      over = true;
      carrier?.close();
      return Promise.resolve();
    },
  };
}
