import { randomBytes } from 'node:crypto';
import type { OpenDatagrams } from '../../adapters/datagrams/port.ts';
import type { SignallingSession } from '../../adapters/signalling/port.ts';
import type { Answered, DatagramsExchanged, DialedBack, NoAnswer } from '../../diagnosis/peer/facts.ts';
import type { Clock } from '../../environment.ts';
import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { type ProbedMessage, probesFeature } from '../../protocol/probe.ts';
import { sleep } from '../../util/abort.ts';
import { DatagramEnd } from './datagram-end.ts';
import { PendingQuestion } from './pending-question.ts';

export interface ProbeQuestionsDeps {
  readonly openDatagrams: OpenDatagrams;
  readonly clock: Clock;
}

const { tcpMs, tlsMs, sizes, rounds, roundMs, udpMs, reportMs, tokenBytes } = limits.probes;

/** What this node asks its peers to try for it. */
export class ProbeQuestions {
  readonly #deps: ProbeQuestionsDeps;
  readonly #pending = new Map<number, PendingQuestion>();
  #last = 0;

  constructor(deps: ProbeQuestionsDeps) {
    this.#deps = deps;
  }

  /** Asks the peer to open a connection to this node. Rejects with `ERR_ABORTED`. */
  dialBack(session: SignallingSession, signal: AbortSignal): Promise<Answered<DialedBack>> {
    return this.#ask(session, signal, async (question) => {
      session.send({ type: 'probe', probe: question.no, of: 'tcp' });
      const answer = await question.next(tcpMs + tlsMs + reportMs);
      if (typeof answer === 'string' || answer.of !== 'tcp') return withoutResult(answer);
      const { tcp, tls, ms } = answer;
      return { result: { tcp, tls, ms } };
    });
  }

  /** Exchanges datagrams with the peer. Rejects with `ERR_ABORTED`, and `ERR_LISTEN` where no port can be opened. */
  datagrams(session: SignallingSession, signal: AbortSignal): Promise<Answered<DatagramsExchanged>> {
    return this.#ask(session, signal, async (question) => {
      const token = randomBytes(tokenBytes);
      let knocks = 0;
      const end = await DatagramEnd.open({
        open: this.#deps.openDatagrams,
        address: session.remoteAddress,
        token,
        heard({ kind }) {
          if (kind === 'knock') knocks += 1;
        },
      });
      try {
        const { port } = end;
        session.send({ type: 'probe', probe: question.no, of: 'udp', port, token: token.toString('hex') });
        const opened = await question.next(reportMs);
        if (typeof opened === 'string' || opened.of !== 'udp-port') return withoutResult(opened);
        await this.#sendAll(end, opened.port, signal);
        const report = await question.next(udpMs + reportMs);
        if (typeof report === 'string' || report.of !== 'udp') return withoutResult(report);
        return { result: resultOf(end, report, knocks) };
      } finally {
        end.close();
      }
    });
  }

  /** An answer came. One that nobody waits for on that session means nothing. */
  received(session: SignallingSession, answer: ProbedMessage): void {
    const question = this.#pending.get(answer.probe);
    if (question?.session === session) question.take(answer);
  }

  sessionEnded(session: SignallingSession): void {
    for (const question of this.#pending.values()) if (question.session === session) question.end();
  }

  async #ask<Result>(
    session: SignallingSession,
    signal: AbortSignal,
    run: (question: PendingQuestion) => Promise<Answered<Result>>,
  ): Promise<Answered<Result>> {
    if (!session.greeting.features.includes(probesFeature)) return { none: 'old' };
    this.#last += 1;
    const question = new PendingQuestion(this.#last, session, this.#deps.clock, signal);
    this.#pending.set(question.no, question);
    try {
      return await run(question);
    } finally {
      this.#pending.delete(question.no);
    }
  }

  async #sendAll(end: DatagramEnd, port: number, signal: AbortSignal): Promise<void> {
    for (let round = 0; round < rounds; round += 1) {
      for (const bytes of sizes) end.send('there', bytes, port);
      try {
        await sleep(this.#deps.clock, roundMs, signal);
      } catch {
        throw new LanpeerError('ERR_ABORTED');
      }
    }
  }
}

/** An answer of another kind than the one that was asked for says nothing. */
function withoutResult(answer: ProbedMessage | 'silent' | 'ended'): { readonly none: NoAnswer } {
  if (typeof answer === 'string') return { none: answer };
  return { none: answer.of === 'none' ? answer.why : 'silent' };
}

type Report = ProbedMessage & { readonly of: 'udp' };

const resultOf = (end: DatagramEnd, { heard, errno, sent }: Report, knocks: number): DatagramsExchanged => ({
  there: { heard, errno: end.errno, sent: end.sent },
  back: { heard: end.heard, errno, sent },
  knocks,
});
