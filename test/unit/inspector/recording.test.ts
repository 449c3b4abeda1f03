import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type LanpeerError, type LanpeerNode, makeNetworkKey } from '../../../src/index.ts';
import type { TraceEvent } from '../../../src/inspector/model/trace-events.ts';
import { readRecording } from '../../../src/inspector/read-recording.ts';
import {
  createMemoryNetwork,
  createSeededRandom,
  createVirtualClock,
  replayRecording,
  replayTrace,
} from '../../../src/testing/index.ts';
import { newDirectory, newFile } from '../../support/directory.ts';

const access = { networkKey: makeNetworkKey() };
const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** Nodes of one network, of which the first is recorded, and a way to stop them all. */
async function setUp(count: number, recording: { readonly file: string; readonly mask?: boolean }, seed = 1) {
  const clock = createVirtualClock();
  const { next, pick, integer } = createSeededRandom(seed);
  const network = createMemoryNetwork({ clock, random: next });
  const nodes = Array.from({ length: count }, (_, at) =>
    network.createNode({ name: `host-${at}`, access, ...(at === 0 && { recording }) }),
  );
  async function stop(): Promise<void> {
    const stopped = Promise.all(nodes.map((node) => node.stop()));
    await clock.advanceAsync(20_000);
    await stopped;
  }
  stops.push(stop);
  await Promise.all(nodes.map((node) => node.start()));
  return { clock, network, nodes: nodes as [LanpeerNode, ...LanpeerNode[]], pick, integer, stop };
}

type SetUp = Awaited<ReturnType<typeof setUp>>;

/** Faults between the recorded node and others, for some minutes. */
async function runFaults({ clock, network, nodes: [own, ...others], pick, integer }: SetUp): Promise<void> {
  for (let count = 0; count < 60; count += 1) {
    const other = pick(others);
    if (!other) return;
    const act = pick(['cut', 'heal', 'drop', 'dropLinks', 'restart', 'disconnect', 'connect'] as const);
    if (act === 'restart') {
      const stopped = other.stop();
      await clock.advanceAsync(5_000);
      await stopped;
      await other.start();
    } else if (act === 'disconnect') void own.disconnect(other.id).catch(() => undefined);
    else if (act === 'connect') void own.connect(network.addressOf(other)).catch(() => undefined);
    else if (act) network[act](own, other);
    await clock.advanceAsync(integer(0, 20_000));
  }
}

const codeOf = (promise: Promise<unknown>): Promise<string | undefined> =>
  promise.then(
    () => undefined,
    ({ code }: LanpeerError) => code,
  );

describe('a recording', () => {
  it.each([
    [1, false],
    [2, false],
    [3, true],
    [4, true],
  ])(
    'replays to the same states, whatever happened (%i, masked: %s)',
    async (seed, mask) => {
      const file = newFile();
      const world = await setUp(4, { file, mask }, seed);
      await runFaults(world);
      await world.stop();
      const { machines, steps } = await replayRecording(file);
      expect(machines).toBeGreaterThan(4);
      expect(steps).toBeGreaterThan(300);
    },
    30_000,
  );

  it('that was altered anywhere does not replay', async () => {
    const file = newFile();
    const world = await setUp(3, { file }, 5);
    await runFaults(world);
    await world.stop();
    const traceEvents = await readRecording(file);
    const at = traceEvents.findIndex((one) => one.t === 'step' && one.event.type === 'link.open');
    const altered = (change: (traceEvent: Extract<TraceEvent, { t: 'step' }>) => object): TraceEvent[] =>
      traceEvents.map((one, index) =>
        index === at && one.t === 'step' ? ({ ...one, ...change(one) } as TraceEvent) : one,
      );
    expect(() => replayTrace(altered(() => ({ value: { connected: 'verifying' } })))).toThrow(/the replay differs, at/);
    expect(() => replayTrace(altered(() => ({ event: { type: 'link.open', no: 99 } })))).toThrow(/"no"|replayed/);
    expect(() => replayTrace(traceEvents.toSpliced(at, 1))).toThrow(/the replay differs/);
    expect(() => replayTrace(traceEvents.toSpliced(at, 0, { t: 'gap', at: 0, left: 1 }))).toThrow(/gap/);
    expect(() => replayTrace(traceEvents.slice(3))).toThrow(/does not begin with its node/);
  }, 30_000);

  it('holds no name, address or id when it is masked, and no payload in any case', async () => {
    for (const mask of [true, false]) {
      const file = newFile();
      const { clock, nodes, stop } = await setUp(3, { file, mask });
      await clock.advanceAsync(2_000);
      const [own, other] = nodes;
      await own.send(other?.id ?? '', 'secret-type', { text: 'nobody else needs to know' });
      other?.join('group-1');
      other?.setProperties({ role: 'role-1' });
      await clock.advanceAsync(1_000);
      await stop();
      const text = await readFile(file, 'utf8');
      for (const secret of ['nobody else', 'secret-type', access.networkKey]) expect(text).not.toContain(secret);
      const names = ['host-0', 'host-1', 'group-1', 'role-1', '198.51.', ...nodes.map(({ id }) => id)];
      for (const name of names) expect(text.includes(name), `${name}, masked: ${mask}`).toBe(!mask);
      expect(JSON.parse(text.split('\n')[0] ?? '')).toMatchObject({ t: 'hello', masked: mask, live: false });
      expect((await stat(file)).mode & 0o077).toBe(0);
    }
  });

  it('of a node that is started again replaces the one before, and replays', async () => {
    const file = newFile();
    const { clock, nodes, network, stop } = await setUp(3, { file });
    const [own, one, other] = nodes as [LanpeerNode, LanpeerNode, LanpeerNode];
    await clock.advanceAsync(2_000);
    // What the node remembers over its stops is where the next recording begins.
    const parted = own.disconnect(one.id);
    await clock.advanceAsync(2_000);
    await parted;
    const stopped = own.stop();
    await clock.advanceAsync(10_000);
    await stopped;
    await own.start();
    await clock.advanceAsync(5_000);
    network.drop(own, other);
    await clock.advanceAsync(5_000);
    await stop();
    const traceEvents = await readRecording(file);
    expect(traceEvents.filter(({ t }) => t === 'hello')).toHaveLength(1);
    expect(traceEvents.find((traceEvent) => traceEvent.t === 'actor')).toMatchObject({
      input: { blocked: [[one.id, expect.anything()]] },
    });
    expect(replayTrace(traceEvents).machines).toBeGreaterThan(1);
  });

  it('that cannot be written is told before the node starts', async () => {
    const network = createMemoryNetwork();
    const node = network.createNode({ access, recording: { file: join(newDirectory(), 'nowhere', 'file') } });
    expect(await codeOf(node.start())).toBe('ERR_RECORDING');
    expect(node.state).toBe('stopped');
  });
});

describe('reading a recording', () => {
  const hello =
    '{"t":"hello","format":"lanpeer-trace/2","at":1,"version":"0.1.0","id":null,"name":"a","port":1,"masked":false}';

  it.each([
    ['', /it is empty/],
    ['not json\n', /its first line is none/],
    ['{"t":"end","at":1}\n', /its first line is none/],
    [`${hello.replace('trace/2', 'frames/1')}\n`, /its format is lanpeer-frames\/1/],
  ])('refuses what is none: %j', async (text, message) => {
    const file = newFile();
    await writeFile(file, text);
    await expect(readRecording(file)).rejects.toThrow(message);
    expect(await codeOf(readRecording(file))).toBe('ERR_RECORDING');
  });

  it('refuses a file that is not there', async () => {
    expect(await codeOf(readRecording('/nowhere/at/all'))).toBe('ERR_RECORDING');
  });

  it('ends at a line that was cut off', async () => {
    const file = newFile();
    await writeFile(file, `${hello}\n{"t":"error","at":2,"code":"ERR_BUSY","message":"x"}\n{"t":"err`);
    expect((await readRecording(file)).map(({ t }) => t)).toEqual(['hello', 'error']);
  });

  it.each([
    '{"t":"step","at":1,"actor":"node","event":{"type":"x"},"value":{"a":null},"status":"active","taken":[]}',
    '{"t":"step","at":1,"actor":"node","event":null,"value":"a","status":"active","taken":[]}',
    '{"t":"step","at":1,"actor":"node","event":{"type":"x"},"value":{"a":{"b":{"c":{"d":{"e":{"f":{"g":{}}}}}}}},"status":"active","taken":[]}',
    '{"t":"change","at":1,"change":{"id":"a","state":"on fire","previous":null,"reason":"x"}}',
    '{"t":"peer","at":1,"id":"a","peer":{"name":{}}}',
    '{"t":"error","at":1e999,"code":"x","message":"y"}',
    '{"t":"new kind","at":1}',
    '{"__proto__":{"t":"end"},"at":1}',
    '[]',
  ])('ends at a line that no node writes: %s', async (line) => {
    const file = newFile();
    await writeFile(file, `${hello}\n${line}\n{"t":"end","at":2}\n`);
    expect((await readRecording(file)).map(({ t }) => t)).toEqual(['hello']);
  });
});
