import type { Clock, Random } from '../../../environment.ts';
import { limits } from '../../../limits.ts';
import type { DnsMessage } from '../dns/message.ts';
import type { DnsRecord } from '../dns/record.ts';
import { type Answers, createAnswers } from './answers.ts';
import { createMulticast, type Multicast } from './multicast.ts';
import { goodbyeResponse, legacyResponse, type Response, responseWith } from './packets.ts';
import type { OwnRecord } from './records.ts';
import { createTruncatedQueries, type TruncatedQueries, type Wanted } from './truncated-queries.ts';

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

/** Every node has this record, and none takes it along when it leaves (RFC 6763 section 9). */
const typeEnumeration = '_services._dns-sd._udp.local';
const mdnsPort = 5_353;
const { sharedDelayMs } = limits.discovery;

/** Answers for the records of this node on one interface (RFC 6762 section 6). */
export class Responder {
  readonly #options: ResponderOptions;
  readonly #answers: Answers;
  readonly #truncated: TruncatedQueries;
  readonly #multicast: Multicast;
  #stopped = false;

  constructor(options: ResponderOptions) {
    const { records, clock, random, send } = options;
    const answers = createAnswers(records);
    this.#options = options;
    this.#answers = answers;
    this.#truncated = createTruncatedQueries(clock, random, answers);
    this.#multicast = createMulticast(clock, (waiting) => {
      const response = responseWith(waiting, answers.additionals(waiting));
      send(response);
      return [...response.answers, ...response.additionals];
    });
  }

  query(message: DnsMessage, from: Endpoint): void {
    // Nothing can be sent to port 0, from which raw sockets alone send.
    if (this.#stopped || from.port === 0) return;
    if (from.port !== mdnsPort) this.#answerLegacy(message, from);
    else if (message.questions.length === 0) this.#truncated.addKnown(from.address, message.answers, message.truncated);
    else this.#answer(message, from);
  }

  /** What others answered. */
  response(heard: readonly DnsRecord[]): void {
    for (const record of heard) {
      const own = this.#answers.find(record);
      if (own?.name === typeEnumeration && typeof record.ttl === 'number' && record.ttl >= own.ttl)
        this.#multicast.suppress(own);
    }
  }

  /** Multicasts the records, as soon as that may be. */
  announce(): void {
    if (this.#stopped) return;
    this.#multicast.schedule(
      this.#options.records.filter(({ type }) => type !== 'NSEC'),
      0,
    );
  }

  /** What tells all hosts that the records are no longer true; nothing is answered after it. */
  goodbye(): Response {
    this.stop();
    return goodbyeResponse(this.#options.records, typeEnumeration);
  }

  stop(): void {
    this.#stopped = true;
    this.#multicast.stop();
    this.#truncated.stop();
  }

  #answer(message: DnsMessage, from: Endpoint): void {
    const asked = (unicast: boolean): Set<OwnRecord> =>
      this.#answers.withoutKnown(
        this.#answers.to(message.questions.filter((question) => question.unicast === unicast)),
        message.answers,
      );
    const wanted: Wanted = { group: asked(false), asker: asked(true) };
    if (wanted.group.size + wanted.asker.size === 0) return;
    const answer = ({ group, asker }: Wanted, waited: boolean): void => {
      const all = new Set([...group, ...this.#answerAsker(asker, from)]);
      this.#multicast.schedule(all, waited ? 0 : this.#delay(all));
    };
    if (message.truncated && this.#truncated.defer(from.address, wanted, (left) => answer(left, true))) return;
    answer(wanted, false);
  }

  /** @returns What the group is to hear nevertheless, for other caches to stay fresh. */
  #answerAsker(wanted: ReadonlySet<OwnRecord>, to: Endpoint): readonly OwnRecord[] {
    const { mayAnswer, send } = this.#options;
    if (wanted.size === 0) return [];
    if (!mayAnswer(to.address)) return [...wanted];
    send(responseWith(wanted, this.#answers.additionals(wanted)), to);
    return [...wanted].filter((record) => !this.#multicast.isRecent(record));
  }

  /** To a resolver that is none of mDNS (RFC 6762 section 6.7). */
  #answerLegacy({ id, questions }: DnsMessage, to: Endpoint): void {
    const { mayAnswer, send } = this.#options;
    const ours = questions.filter((question) => this.#answers.to([question]).size > 0);
    const wanted = this.#answers.to(ours);
    if (wanted.size > 0 && mayAnswer(to.address))
      send(legacyResponse(id, ours, wanted, this.#answers.additionals(wanted)), to);
  }

  /** Others have answers to the same question: they are not to come all at once (RFC 6762 section 6). */
  #delay(wanted: ReadonlySet<OwnRecord>): number {
    const [least, most] = sharedDelayMs;
    return [...wanted].some(({ flush }) => !flush) ? least + this.#options.random() * (most - least) : 0;
  }
}
