import type { OpenDatagrams } from '../../adapters/datagrams/port.ts';
import type { Reached, ReachTarget, SignallingSession } from '../../adapters/signalling/port.ts';
import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';
import type { ProbedMessage, ProbeMessage } from '../../protocol/probe.ts';
import type { ProbeSize } from '../../protocol/probe-datagram.ts';
import { sleep } from '../../util/abort.ts';
import { createTokenBuckets, type TokenBuckets } from '../../util/token-bucket.ts';
import { DatagramEnd } from './datagram-end.ts';

export interface ProbeAnswersDeps {
  readonly reach: (target: ReachTarget) => Promise<Reached>;
  readonly openDatagrams: OpenDatagrams;
  readonly clock: Clock;
}

type Question<Of extends ProbeMessage['of']> = ProbeMessage & { readonly of: Of };
type Answer = ProbedMessage extends infer Each ? (Each extends unknown ? Omit<Each, 'type' | 'probe'> : never) : never;

/** What a session of a peer asked for; it ends with the session. */
interface UnderWay {
  readonly session: SignallingSession;
  readonly controller: AbortController;
}

const { burst, everyMs, perPeer, atOnce, tcpMs, tlsMs, sizes, rounds, roundMs, udpMs } = limits.probes;
const [smallest] = sizes;

/**
 * Tries for peers what they cannot try alone: whether TCP and UDP reach them. Nothing goes to any other address than that
 * from which the session of the peer comes, nor to a port that needs a privilege, and few of these are under way.
 */
export class ProbeAnswers {
  readonly #deps: ProbeAnswersDeps;
  readonly #rates: TokenBuckets;
  readonly #underWay = new Set<UnderWay>();

  constructor(deps: ProbeAnswersDeps) {
    this.#deps = deps;
    this.#rates = createTokenBuckets({ perSecond: 1_000 / everyMs, burst }, limits.peers.remembered, deps.clock);
  }

  answer(session: SignallingSession, question: ProbeMessage): void {
    const { remoteId } = session;
    const { probe } = question;
    const send = (answer: Answer): void => session.send({ type: 'probed', probe, ...answer } as ProbedMessage);
    const ofPeer = [...this.#underWay].filter((one) => one.session.remoteId === remoteId).length;
    if (this.#underWay.size < atOnce && ofPeer < perPeer && this.#rates.has(remoteId)) {
      this.#rates.take(remoteId);
      void this.#run(session, question, send);
    } else send({ of: 'none', why: 'busy' });
  }

  /** What was under way for it ends. */
  sessionEnded(session: SignallingSession): void {
    for (const one of this.#underWay) if (one.session === session) one.controller.abort();
  }

  async #run(session: SignallingSession, question: ProbeMessage, send: (answer: Answer) => void): Promise<void> {
    const controller = new AbortController();
    const underWay = { session, controller };
    this.#underWay.add(underWay);
    try {
      if (question.of === 'tcp') await this.#dialBack(session, controller.signal, send);
      else await this.#exchange(session, question, controller.signal, send);
    } catch {
      // The session has ended, and nobody hears it, or this machine has no socket left.
      send({ of: 'none', why: 'unable' });
    } finally {
      this.#underWay.delete(underWay);
    }
  }

  async #dialBack(
    { remoteAddress: address, remoteId: id, greeting: { port } }: SignallingSession,
    signal: AbortSignal,
    send: (answer: Answer) => void,
  ): Promise<void> {
    if (port < limits.dial.leastPort) {
      send({ of: 'none', why: 'unable' });
      return;
    }
    const { tcp, tls, ms } = await this.#deps.reach({ address, port, id, tcpMs, tlsMs, signal });
    send({ of: 'tcp', tcp, tls, ms });
  }

  /** Knocks a few times by itself, with the smallest; beyond that it only sends back what comes, byte for byte. */
  async #exchange(
    { remoteAddress: address }: SignallingSession,
    { port, token }: Question<'udp'>,
    signal: AbortSignal,
    send: (answer: Answer) => void,
  ): Promise<void> {
    const { clock, openDatagrams: open } = this.#deps;
    let back = sizes.length * rounds;
    const end = await DatagramEnd.open({
      open,
      address,
      token: Buffer.from(token, 'hex'),
      heard({ kind, bytes }, from) {
        if (kind !== 'there' || back === 0 || from.port < limits.webrtc.leastPort) return;
        back -= 1;
        end.send('back', bytes, from.port);
      },
    });
    try {
      send({ of: 'udp-port', port: end.port });
      for (let round = 0; round < rounds; round += 1) {
        end.send('knock', smallest as ProbeSize, port);
        await sleep(clock, roundMs, signal);
      }
      await sleep(clock, udpMs - rounds * roundMs, signal);
    } finally {
      end.close();
    }
    const { heard, sent, errno } = end;
    send({ of: 'udp', heard: [...heard] as never, sent, errno });
  }
}
