import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { makeNetworkKey } from '../../../src/index.ts';
import { newDirectory } from '../../support/directory.ts';
import { makeNode } from '../../support/nodes.ts';

const script = fileURLToPath(new URL('../../support/greeted-process.ts', import.meta.url));
/** More by `LANPEER_KILLS=250`, for each transport and side. */
const kills = Number(process.env['LANPEER_KILLS'] ?? 2);
const runs = Array.from({ length: kills + 1 }, (_, no) => no + 1);
const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

/** Starts the peer; resolves when it listens. */
async function start(...args: readonly string[]) {
  const child = fork(script, args);
  running.add(child);
  const [{ id, port }] = (await once(child, 'message')) as [{ readonly id: string; readonly port: number }];
  return { child, id, port };
}

const greeting = async (child: ChildProcess): Promise<unknown> =>
  ((await once(child, 'message')) as [{ readonly greeting: unknown }])[0].greeting;

test.each(
  (['webrtc', 'tls'] as const).flatMap((via) => (['lower', 'higher'] as const).map((side) => [via, side] as const)),
)(
  'over %s, from the %s id: what is sent and asked in a callback reaches each run of a killed peer',
  async (via, side) => {
    const networkKey = makeNetworkKey();
    const stateDir = newDirectory();
    const peer = await start(networkKey, stateDir, '0', via);
    const { id, port } = peer;
    // Ids are what keys make them: nodes are started until one is on that side of the peer.
    const make = () => makeNode({ name: 'here', access: { networkKey }, transports: [via] });
    let node = make();
    for (await node.start(); node.id < id !== (side === 'lower'); await node.start()) {
      await node.stop();
      node = make();
    }
    let run = 0;
    const fates: Promise<string>[] = [];
    const answers: Promise<unknown>[] = [];
    node.connections$.subscribe(({ state }) => {
      if (state !== 'connected') return;
      run += 1;
      fates.push(node.send(id, 'greeting', run).then(({ delivered }) => delivered));
      answers.push(node.request(id, 'question', run));
    });
    let { child } = peer;
    const first = greeting(child);
    await node.connect({ address: '127.0.0.1', port, id });
    expect(await first).toBe(1);
    for (const next of runs.slice(1)) {
      // Else the process would end with the acknowledgement, or with the answer.
      await Promise.all([...fates, ...answers]);
      child.kill('SIGKILL');
      await once(child, 'exit');
      ({ child } = await start(networkKey, stateDir, `${port}`, via));
      expect(await greeting(child)).toBe(next);
    }
    expect(await Promise.all(fates)).toEqual(runs.map(() => 'delivered'));
    expect(await Promise.all(answers)).toEqual(runs);
  },
  30_000 + kills * 5_000,
);

test.each(['webrtc', 'tls'] as const)(
  'over %s: bytes may be used again after the call, and what came may be kept',
  async (via) => {
    const access = { networkKey: makeNetworkKey() };
    const [a, b] = [makeNode({ access, transports: [via] }), makeNode({ access, transports: [via] })];
    await Promise.all([a.start(), b.start()]);
    await a.connect({ address: '127.0.0.1', port: b.port, id: b.id });
    const kept: unknown[] = [];
    b.handle('bytes', ({ data }) => kept.push(data));
    b.handleAll(({ data }) => kept.push(data));
    b.respond('bytes', ({ data }) => {
      kept.push(data);
      return data;
    });
    const bytes = Buffer.alloc(8_388_608);
    const sizes = [0, 1, 100, 16_320, 16_321, 65_528, 300_000, 8_388_000];
    const fates: Promise<string>[] = [];
    const answers: Promise<unknown>[] = [];
    for (const [no, size] of sizes.entries()) {
      const part = bytes.subarray(7, 7 + size).fill(no);
      fates.push(a.send(b.id, 'bytes', part).then(({ delivered }) => delivered));
      part.fill(99);
      part.fill(no);
      answers.push(a.request(b.id, 'bytes', part));
      part.fill(99);
    }
    expect(new Set(await Promise.all(fates))).toEqual(new Set(['delivered']));
    const isOf = (data: unknown, no: number): boolean =>
      data instanceof Uint8Array && Buffer.alloc(sizes[no] ?? -1, no).equals(data);
    expect((await Promise.all(answers)).map(isOf)).toEqual(sizes.map(() => true));
    for (const no of sizes.keys()) expect(kept.filter((data) => isOf(data, no))).toHaveLength(3);
  },
  120_000,
);
