import { describe, expect, it } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import type { ProbedMessage } from '../../../../src/protocol/probe.ts';
import { addresses, createProbePair, ids } from '../../../support/probe-pair.ts';

const { burst, perPeer, atOnce, tcpMs, tlsMs, reportMs, everyMs } = limits.probes;
const never = new Promise<never>(() => undefined);

describe('a peer that is asked to dial back', () => {
  it('dials the address of the session and the port of the greeting, and nothing else', async () => {
    const { questions, sessions, signal, targets } = createProbePair({ port: 4_711 });
    const answer = await questions.dialBack(sessions.asking, signal);
    expect(answer).toEqual({ result: { tcp: 'open', tls: 'expected', ms: 3 } });
    const [{ signal: _, ...target } = {}] = targets;
    expect(target).toEqual({ address: addresses.asking, port: 4_711, id: ids.asking, tcpMs, tlsMs });
  });

  it('says how far it came', async () => {
    const reach = async () => ({ tcp: 'timed-out', tls: null, id: null, ms: tcpMs, errno: null }) as const;
    const { questions, sessions, signal } = createProbePair({ reach });
    const answer = await questions.dialBack(sessions.asking, signal);
    expect(answer).toEqual({ result: { tcp: 'timed-out', tls: null, ms: tcpMs } });
  });

  it.each([0, 22, 1_023])('dials no port %i', async (port) => {
    const { questions, sessions, signal, targets } = createProbePair({ port });
    expect(await questions.dialBack(sessions.asking, signal)).toEqual({ none: 'unable' });
    expect(targets).toEqual([]);
  });

  it('when it does not know probes, is not asked', async () => {
    const { questions, sessions, signal, said } = createProbePair({ features: ['streams'] });
    expect(await questions.dialBack(sessions.asking, signal)).toEqual({ none: 'old' });
    expect(await questions.datagrams(sessions.asking, signal)).toEqual({ none: 'old' });
    expect(said.asking).toEqual([]);
  });

  it('when it says nothing, is not waited for without end', async () => {
    const { questions, sessions, signal, clock } = createProbePair({ reach: () => never });
    const asked = questions.dialBack(sessions.asking, signal);
    await clock.advanceAsync(tcpMs + tlsMs + reportMs);
    expect(await asked).toEqual({ none: 'silent' });
    expect(clock.pending).toBe(0);
  });

  it('when its session ends, is not waited for, and gives up what it does', async () => {
    const { questions, sessions, signal, probes, targets, clock } = createProbePair({ reach: () => never });
    const asked = questions.dialBack(sessions.asking, signal);
    await clock.advanceAsync(0);
    for (const side of ['asking', 'asked'] as const) probes[side].sessionEnded(sessions[side]);
    expect(await asked).toEqual({ none: 'ended' });
    expect(targets[0]?.signal.aborted).toBe(true);
  });

  it('is not waited for once the caller aborts', async () => {
    const { questions, sessions, clock } = createProbePair({ reach: () => never });
    const controller = new AbortController();
    const asked = Promise.allSettled([
      questions.dialBack(sessions.asking, controller.signal),
      questions.datagrams(sessions.asking, controller.signal),
    ]);
    await clock.advanceAsync(100);
    controller.abort();
    await clock.advanceAsync(limits.probes.roundMs);
    const codes = (await asked).map((one) => (one.status === 'rejected' ? (one.reason as { code: string }).code : ''));
    expect(codes).toEqual(['ERR_ABORTED', 'ERR_ABORTED']);
  });

  it('that lies or floods is heard only as far as it was asked', async () => {
    const { questions, sessions, signal, probes, clock } = createProbePair({ reach: () => never });
    const lie = (probe: number): ProbedMessage => ({
      type: 'probed',
      probe,
      of: 'udp',
      heard: [],
      sent: 0,
      errno: null,
    });
    probes.asking.received(sessions.asking, lie(1));
    const asked = questions.dialBack(sessions.asking, signal);
    // Of another session, of another question, and of another kind.
    probes.asking.received({ ...sessions.asking }, lie(1));
    probes.asking.received(sessions.asking, lie(7));
    for (let no = 0; no < 1_000; no += 1) probes.asking.received(sessions.asking, lie(1));
    await clock.advanceAsync(0);
    expect(await asked).toEqual({ none: 'silent' });
  });
});

describe('peers that ask for more than a node tries', () => {
  const ask = ({ probes, sessions }: ReturnType<typeof createProbePair>, probe: number): void =>
    probes.asked.received(sessions.asked, { type: 'probe', probe, of: 'tcp' });
  const refusedOf = ({ said }: ReturnType<typeof createProbePair>) =>
    said.asked.filter((one) => one.type === 'probed' && one.of === 'none' && one.why === 'busy').length;

  it('have few under way', async () => {
    const pair = createProbePair({ reach: () => never });
    for (let no = 1; no <= 10; no += 1) ask(pair, no);
    await pair.clock.advanceAsync(0);
    expect([pair.targets.length, refusedOf(pair)]).toEqual([perPeer, 10 - perPeer]);
  });

  it('have few under way in all', async () => {
    const pair = createProbePair({ reach: () => never });
    for (let no = 0; no < 4 * atOnce; no += 1)
      pair.probes.asked.received(
        { ...pair.sessions.asked, remoteId: `${no}`.padStart(52, 'c') },
        { type: 'probe', probe: 1, of: 'tcp' },
      );
    await pair.clock.advanceAsync(0);
    expect(pair.targets).toHaveLength(atOnce);
  });

  it('have a rate', async () => {
    const pair = createProbePair();
    for (let no = 1; no <= 5 * burst; no += 1) {
      ask(pair, no);
      await pair.clock.advanceAsync(0);
    }
    expect([pair.targets.length, refusedOf(pair)]).toEqual([burst, 4 * burst]);
    await pair.clock.advanceAsync(everyMs);
    ask(pair, 99);
    ask(pair, 100);
    await pair.clock.advanceAsync(0);
    expect(pair.targets).toHaveLength(burst + 1);
  });
});
