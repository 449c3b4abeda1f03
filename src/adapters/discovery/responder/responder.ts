import type { Clock, Random } from '../../../environment.ts';
import { limits } from '../../../limits.ts';
import type { DnsMessage } from '../dns/message.ts';
import type { DnsRecord } from '../dns/record.ts';
import { createAnswers } from './answers.ts';
import { createMulticast } from './multicast.ts';
import { goodbyeResponse, legacyResponse, type Response, responseWith } from './packets.ts';
import type { OwnRecord } from './records.ts';
import { createTruncatedQueries, type Wanted } from './truncated-queries.ts';

/** Where a packet came from, or is to go. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export interface ResponderOptions {
  readonly records: readonly OwnRecord[];
  readonly clock: Clock;
  readonly random: Random;
  /** Whether that source may get one more unicast answer now. */
  readonly mayAnswer: (source: string) => boolean;
  /** To the group, or to one asker. */
  readonly send: (response: Response, to?: Endpoint) => void;
}

/** Answers for the records of this node on one interface (RFC 6762 section 6). */
export interface Responder {
  query(message: DnsMessage, from: Endpoint): void;
  /** What others answered. */
  response(records: readonly DnsRecord[]): void;
  /** Tells everybody, as soon as that may be. */
  announce(): void;
  /** What tells everybody that the records are no longer true; nothing is answered after it. */
  goodbye(): Response;
  stop(): void;
}

/** Every node has this record, and none takes it along when it leaves (RFC 6763 section 9). */
const typeEnumeration = '_services._dns-sd._udp.local';
const mdnsPort = 5_353;
const { sharedDelayMs } = limits.discovery;

export function createResponder({ records, clock, random, mayAnswer, send }: ResponderOptions): Responder {
  const answers = createAnswers(records);
  const truncated = createTruncatedQueries(clock, random, answers);
  const multicast = createMulticast(clock, (waiting) => {
    const response = responseWith(waiting, answers.additionals(waiting));
    send(response);
    return [...response.answers, ...response.additionals];
  });
  let stopped = false;

  /** Others have answers to the same question: they are not to come all at once (RFC 6762 section 6). */
  function delay(wanted: ReadonlySet<OwnRecord>): number {
    const [least, most] = sharedDelayMs;
    return [...wanted].some(({ flush }) => !flush) ? least + random() * (most - least) : 0;
  }

  /** @returns What the group is to hear nevertheless, for other caches to stay fresh. */
  function answerAsker(wanted: ReadonlySet<OwnRecord>, to: Endpoint): readonly OwnRecord[] {
    if (wanted.size === 0) return [];
    if (!mayAnswer(to.address)) return [...wanted];
    send(responseWith(wanted, answers.additionals(wanted)), to);
    return [...wanted].filter((record) => !multicast.isRecent(record));
  }

  function legacy({ id, questions }: DnsMessage, to: Endpoint): void {
    const ours = questions.filter((question) => answers.to([question]).size > 0);
    const wanted = answers.to(ours);
    if (wanted.size > 0 && mayAnswer(to.address))
      send(legacyResponse(id, ours, wanted, answers.additionals(wanted)), to);
  }

  function stop(): void {
    stopped = true;
    multicast.stop();
    truncated.stop();
  }

  return {
    query(message, from) {
      // Nothing can be sent to port 0, from which raw sockets alone send.
      if (stopped || from.port === 0) return;
      if (from.port !== mdnsPort) {
        legacy(message, from);
        return;
      }
      if (message.questions.length === 0) {
        truncated.addKnown(from.address, message.answers, message.truncated);
        return;
      }
      const asked = (unicast: boolean): Set<OwnRecord> =>
        answers.withoutKnown(
          answers.to(message.questions.filter((question) => question.unicast === unicast)),
          message.answers,
        );
      const wanted: Wanted = { group: asked(false), asker: asked(true) };
      if (wanted.group.size + wanted.asker.size === 0) return;
      const answer = ({ group, asker }: Wanted, waited: boolean): void => {
        const all = new Set([...group, ...answerAsker(asker, from)]);
        multicast.schedule(all, waited ? 0 : delay(all));
      };
      if (message.truncated && truncated.defer(from.address, wanted, (left) => answer(left, true))) return;
      answer(wanted, false);
    },
    response(heard) {
      for (const record of heard) {
        const own = answers.find(record);
        if (own?.name === typeEnumeration && typeof record.ttl === 'number' && record.ttl >= own.ttl)
          multicast.suppress(own);
      }
    },
    announce() {
      if (stopped) return;
      multicast.schedule(
        records.filter(({ type }) => type !== 'NSEC'),
        0,
      );
    },
    goodbye() {
      stop();
      return goodbyeResponse(records, typeEnumeration);
    },
    stop,
  };
}
