import type { Transport, TransportLink } from '../../adapters/transport/port.ts';
import type { LanpeerError } from '../../errors.ts';
import type { Carry } from '../../protocol/carrier.ts';

/** Two transports that can reach each other, each given the address of the other one. */
export interface TransportPair {
  readonly offerer: Transport;
  readonly answerer: Transport;
  /** Address of both ends for each other: an IP literal. */
  readonly remoteAddress: string;
  /** For transports that need one: the two ends of what carries the next link. */
  readonly carriers?: () => readonly [offerer: Carry, answerer: Carry];
}

export type LinkEvent = 'signal' | 'negotiated' | 'open' | 'record' | 'drain' | 'down';

/** One end of a link with everything that its listener received. */
export interface RecordedLink {
  readonly link: TransportLink;
  readonly events: readonly LinkEvent[];
  readonly records: readonly Uint8Array[];
  /** Signals of this end for the other one, as JSON values. */
  readonly bodies: readonly unknown[];
  readonly error: LanpeerError | undefined;
  /** Where the bodies of this end go. Those that came before are kept. */
  deliver(to: (body: unknown) => void): void;
  /** Resolves when the condition holds, checked after each event; rejects when the link is down and it does not. */
  when(condition: () => boolean): Promise<void>;
  count(event: LinkEvent): number;
}

export interface RecordOptions {
  readonly react?: (event: LinkEvent) => void;
  readonly carry?: Carry | undefined;
}

export function recordLink(
  transport: Transport,
  role: 'offerer' | 'answerer',
  remoteAddress: string,
  { react = () => undefined, carry }: RecordOptions = {},
): RecordedLink {
  const events: LinkEvent[] = [];
  const records: Uint8Array[] = [];
  const bodies: unknown[] = [];
  let delivered = 0;
  let waiting: { readonly condition: () => boolean; resolve(): void; reject(error: LanpeerError): void }[] = [];
  let to: ((body: unknown) => void) | undefined;
  let error: LanpeerError | undefined;

  function onEvent(event: LinkEvent): void {
    events.push(event);
    const resolved = waiting.filter(({ condition }) => condition());
    waiting = waiting.filter((one) => !resolved.includes(one));
    for (const { resolve } of resolved) resolve();
    if (error) for (const { reject } of waiting.splice(0)) reject(error);
    react(event);
  }

  function flush(): void {
    if (!to) return;
    for (const body of bodies.slice(delivered)) setImmediate(to, body);
    delivered = bodies.length;
  }

  const link = transport.open({
    role,
    remoteAddress,
    ...(carry && { carry }),
    listener: {
      signal(body) {
        // As over a wire: JSON, and never at once.
        bodies.push(JSON.parse(JSON.stringify(body)));
        flush();
        onEvent('signal');
      },
      negotiated: () => onEvent('negotiated'),
      open: () => onEvent('open'),
      record(bytes) {
        records.push(Uint8Array.from(bytes));
        onEvent('record');
      },
      drain: () => onEvent('drain'),
      down(reason) {
        error = reason;
        onEvent('down');
      },
    },
  });

  return {
    link,
    events,
    records,
    bodies,
    get error() {
      return error;
    },
    deliver(next) {
      to = next;
      flush();
    },
    async when(condition) {
      if (condition()) return;
      if (error) throw error;
      await new Promise<void>((resolve, reject) => waiting.push({ condition, resolve, reject }));
    },
    count: (event) => events.filter((one) => one === event).length,
  };
}

/** Both ends of one link, their signals going to each other. */
export function joinPair(
  pair: TransportPair,
  react: (event: LinkEvent) => void = () => undefined,
): readonly [RecordedLink, RecordedLink] {
  const carriers = pair.carriers?.();
  const offerer = recordLink(pair.offerer, 'offerer', pair.remoteAddress, { carry: carriers?.[0] });
  const answerer = recordLink(pair.answerer, 'answerer', pair.remoteAddress, { carry: carriers?.[1], react });
  offerer.deliver((body) => answerer.link.signal(body));
  answerer.deliver((body) => offerer.link.signal(body));
  return [offerer, answerer];
}

/** {@link joinPair}, open on both ends. Rejects with the error of an end that went down instead. */
export async function openPair(pair: TransportPair): Promise<readonly [RecordedLink, RecordedLink]> {
  const ends = joinPair(pair);
  for (const end of ends) {
    await end.when(() => end.count('open') > 0 || end.error !== undefined);
    if (end.error) throw end.error;
  }
  return ends;
}

export const closePair = (ends: readonly RecordedLink[]): Promise<unknown> =>
  Promise.all(ends.map(({ link }) => link.close()));
