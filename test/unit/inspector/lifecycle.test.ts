import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { type LanpeerError, makeNetworkKey } from '../../../src/index.ts';
import { previewOf } from '../../../src/inspector/messages.ts';
import { limits } from '../../../src/limits.ts';
import { createMemoryNetwork } from '../../../src/testing/index.ts';
import { newFile } from '../../support/directory.ts';

const access = { networkKey: makeNetworkKey() };

it('a node that is started twice at once is recorded once, and one that is stopped meanwhile stops', async () => {
  const file = newFile();
  const node = createMemoryNetwork().createNode({ access, recording: { file } });
  const started = [node.start(), node.start()];
  await Promise.all(started);
  await node.stop();
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  expect(lines.filter((line) => line.includes('"t":"hello"'))).toHaveLength(1);
  expect(lines.filter((line) => line.includes('"t":"end"'))).toHaveLength(1);

  const starting = node.start().catch((thrown: unknown) => thrown);
  await node.stop();
  expect(node.state).toBe('stopped');
  expect(await starting).toMatchObject({ code: 'ERR_NOT_RUNNING' });
  expect((await readFile(file, 'utf8')).trim()).toMatch(/"t":"end".*$/);
});

it('when the program stops the node during its start, ends the start at once', async () => {
  const node = createMemoryNetwork().createNode({ access });
  const started = node.start().catch((thrown: unknown) => thrown);
  expect(node.state).toBe('starting');
  await node.stop();
  expect(node.state).toBe('stopped');
  expect(await started).toMatchObject({ code: 'ERR_NOT_RUNNING' });
});

it('a link that is asked for while the node stops leads nowhere, and is not given', async () => {
  const node = createMemoryNetwork().createNode({ access });
  await node.start();
  const link = node.inspect().catch((thrown: unknown) => thrown);
  const stopped = node.stop();
  await expect(node.inspect()).rejects.toMatchObject({ code: 'ERR_NOT_RUNNING' });
  await stopped;
  expect(await link).toMatchObject({ code: 'ERR_NOT_RUNNING' });
  await node.start();
  expect(await node.inspect()).toMatch(/^http:/);
  await node.stop();
});

it('a recording holds every run of its node that it was made for, from the start to the end', async () => {
  const file = newFile();
  const node = createMemoryNetwork().createNode({ access, recording: { file } });
  for (const _ of [1, 2]) {
    await Promise.all([node.start(), node.stop(), node.start()].map((call) => call.catch(() => undefined)));
    await node.stop();
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    expect([lines[0], lines.at(-1)]).toEqual([expect.stringContaining('hello'), expect.stringContaining('"t":"end"')]);
  }
});

it('a full disk ends the recording, is told of, and the node runs on', async () => {
  const node = createMemoryNetwork().createNode({ access, recording: { file: '/dev/full' } });
  const errors: LanpeerError[] = [];
  node.errors$.subscribe((error) => errors.push(error));
  await node.start();
  expect(node.state).toBe('running');
  await node.stop();
  expect(errors.map(({ code }) => code)).toEqual(['ERR_RECORDING']);
});

it.each([
  [{ a: 'x'.repeat(10_000) }, limits.inspector.previewChars + 1],
  [new Uint8Array(100_000), 20],
  [{ deep: Array.from({ length: 100_000 }, (_, at) => ({ at })) }, limits.inspector.previewChars + 1],
  [Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`key ${at}`, at])), limits.inspector.previewChars + 1],
])('the beginning of large data is short', (data, most) => {
  expect(previewOf(data).length).toBeLessThanOrEqual(most);
});

it('when data cannot be inspected, has no effect on the node', () => {
  const hostile = {
    get text(): string {
      throw new Error('no');
    },
  };
  const round: { self?: unknown } = {};
  round.self = round;
  expect([previewOf(hostile), previewOf(round), previewOf(undefined), previewOf(null)]).toEqual([
    '…',
    expect.stringMatching(/^\{"self":\{"self":.*…$/),
    'undefined',
    'null',
  ]);
});
