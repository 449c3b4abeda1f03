import type { OpenDatagrams } from '../../adapters/datagrams/port.ts';
import type { Signalling, SignallingSession } from '../../adapters/signalling/port.ts';
import type { Clock } from '../../environment.ts';
import type { ProbedMessage, ProbeMessage } from '../../protocol/probe.ts';
import { ProbeAnswers } from './probe-answers.ts';
import { ProbeQuestions } from './probe-questions.ts';

/** What two nodes try for each other over their signalling sessions. */
export interface Probes {
  /** Missing where this node has no probes. */
  readonly questions?: ProbeQuestions;
  received(session: SignallingSession, message: ProbeMessage | ProbedMessage): void;
  sessionEnded(session: SignallingSession): void;
}

/** @param openDatagrams Undefined: this node answers no probe, and asks for none. */
export function createProbes(
  clock: Clock,
  openDatagrams: OpenDatagrams | undefined,
  signalling: () => Pick<Signalling, 'reach'>,
): Probes {
  // Not announced: what comes all the same means nothing.
  if (!openDatagrams) return { received: () => undefined, sessionEnded: () => undefined };
  const answers = new ProbeAnswers({ reach: (target) => signalling().reach(target), openDatagrams, clock });
  const questions = new ProbeQuestions({ openDatagrams, clock });
  return {
    questions,
    received(session, message) {
      if (message.type === 'probe') answers.answer(session, message);
      else questions.received(session, message);
    },
    sessionEnded(session) {
      answers.sessionEnded(session);
      questions.sessionEnded(session);
    },
  };
}
