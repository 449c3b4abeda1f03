import { describe, expect, it } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import type { ProbePairOptions } from '../../../support/probe-pair.ts';
import { addresses, createProbePair } from '../../../support/probe-pair.ts';

const { sizes, rounds, datagrams: most } = limits.probes;
const all = sizes.map((bytes) => [bytes, rounds]);

async function exchange(options: ProbePairOptions = {}) {
  const pair = createProbePair(options);
  const asked = pair.questions.datagrams(pair.sessions.asking, pair.signal);
  await pair.clock.advanceAsync(10_000);
  const answer = await asked;
  // Neither side keeps a port or a timer.
  expect([pair.datagrams.open, pair.clock.pending]).toEqual([0, 0]);
  return 'result' in answer ? answer.result : answer.none;
}

describe('datagrams that are exchanged with a peer', () => {
  it('are counted each way, by size', async () => {
    const nothing = { errno: null, sent: sizes.length * rounds };
    expect(await exchange()).toEqual({
      there: { ...nothing, heard: all },
      back: { errno: null, heard: all, sent: (sizes.length + 1) * rounds },
      knocks: rounds,
    });
  });

  it('when none arrives at the peer, tells that of one way, and that those of the peer do', async () => {
    const seen = await exchange({ passes: (from) => from === addresses.asked });
    expect(seen).toMatchObject({ there: { heard: [], errno: null }, back: { heard: [] }, knocks: rounds });
  });

  it('when none comes from the peer, tells that of the other way', async () => {
    const seen = await exchange({ passes: (from) => from === addresses.asking });
    expect(seen).toMatchObject({ there: { heard: all }, back: { heard: [] }, knocks: 0 });
  });

  it('shows how large they may be, each way', async () => {
    const seen = await exchange({ passes: (from, _, bytes) => bytes <= (from === addresses.asking ? 1_437 : 1_252) });
    expect(seen).toMatchObject({ there: { heard: all.slice(0, 5) }, back: { heard: all.slice(0, 3) } });
  });

  it('says why one cannot leave its machine, on either side', async () => {
    const errno = (from: string): string | null => (from === addresses.asking ? 'EPERM' : null);
    expect(await exchange({ errno })).toMatchObject({ there: { errno: 'EPERM', sent: 0, heard: [] }, knocks: rounds });
    const other = (from: string): string | null => (from === addresses.asked ? 'EPERM' : null);
    expect(await exchange({ errno: other })).toMatchObject({
      back: { errno: 'EPERM', sent: 0 },
      there: { errno: null },
    });
  });

  it('when no port can be opened, says so, on either side', async () => {
    const { questions, sessions, signal, datagrams, clock } = createProbePair({ ports: 1 });
    const taken = await datagrams.host(addresses.asked)({ datagram: () => undefined });
    expect(await questions.datagrams(sessions.asking, signal)).toEqual({ none: 'unable' });
    taken.close();
    await datagrams.host(addresses.asking)({ datagram: () => undefined });
    await expect(questions.datagrams(sessions.asking, signal)).rejects.toMatchObject({ code: 'ERR_LISTEN' });
    expect(clock.pending).toBe(0);
  });

  it('are no more, from the side that was asked, than those that came and a few small ones', async () => {
    const { clock, sessions, probes, said, datagrams } = createProbePair();
    const heard: number[] = [];
    // The asking side is hostile: it sends all that it can.
    const victim = await datagrams.host(addresses.asking)({
      datagram: ({ byteLength }) => void heard.push(byteLength),
    });
    const token = '00'.repeat(16);
    probes.asked.received(sessions.asked, { type: 'probe', probe: 1, of: 'udp', port: victim.port, token });
    await clock.advanceAsync(0);
    const opened = said.asked.at(-1);
    if (opened?.type !== 'probed' || opened.of !== 'udp-port') throw new Error('no port was opened');
    const there = new Uint8Array(1_472).fill(1, 16, 17);
    for (let no = 0; no < 2 * most; no += 1) await victim.send(there, { address: addresses.asked, port: opened.port });
    await clock.advanceAsync(10_000);
    expect(heard.filter((bytes) => bytes === 1_472)).toHaveLength(sizes.length * rounds);
    // The port was closed when more came than an exchange has: the rest was not taken in.
    expect(said.asked.at(-1)).toMatchObject({ of: 'udp', heard: [[1_472, most]] });
  });

  it('go to nobody else, whoever sends to the port', async () => {
    const { clock, sessions, probes, said, datagrams } = createProbePair();
    const other = '192.0.2.9';
    let count = 0;
    const stranger = await datagrams.host(other)({ datagram: () => (count += 1) });
    const token = '00'.repeat(16);
    probes.asked.received(sessions.asked, { type: 'probe', probe: 1, of: 'udp', port: stranger.port, token });
    await clock.advanceAsync(0);
    const opened = said.asked.at(-1);
    if (opened?.type !== 'probed' || opened.of !== 'udp-port') throw new Error('no port was opened');
    await stranger.send(new Uint8Array(64).fill(1, 16, 17), { address: addresses.asked, port: opened.port });
    await clock.advanceAsync(10_000);
    expect(count).toBe(0);
    expect(said.asked.at(-1)).toMatchObject({ of: 'udp', heard: [] });
  });
});
