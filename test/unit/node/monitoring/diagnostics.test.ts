import { execFileSync } from 'node:child_process';
import { type Channel, channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import { type DiagnosticsChannel, type DiagnosticsMessages, diagnosticsChannels } from '../../../../src/index.ts';
import { startPairOnMemory } from '../../../support/memory-pair.ts';

const offs: (() => void)[] = [];

afterEach(() => {
  for (const off of offs.splice(0)) off();
});

function listen<Name extends DiagnosticsChannel>(name: Name): DiagnosticsMessages[Name][] {
  const heard: DiagnosticsMessages[Name][] = [];
  const take = (said: unknown): void => void heard.push(said as DiagnosticsMessages[Name]);
  subscribe(name, take);
  offs.push(() => unsubscribe(name, take));
  return heard;
}

test('what the streams tell is published as well, with the node that speaks', async () => {
  const connections = listen('lanpeer:connection');
  const sessions = listen('lanpeer:session');
  const devices = listen('lanpeer:device');
  const errors = listen('lanpeer:error');
  const states = listen('lanpeer:node');
  const { clock, a, b } = await startPairOnMemory();
  b.handle('n', () => {
    throw new Error('mine');
  });
  await a.send(b.id, 'n', 1);
  await clock.advanceAsync(1_000);
  const stopped = a.stop();
  await clock.advanceAsync(20_000);
  await stopped;

  const spokenBy = <One extends { readonly node: string | null }>(all: readonly One[], node: string): readonly One[] =>
    all.filter((one) => one.node === node);
  expect(spokenBy(connections, a.id).map(({ id, state }) => [id === b.id, state])).toEqual([
    [true, 'new'],
    [true, 'connecting'],
    [true, 'connected'],
    [true, 'connected'],
    [true, 'closed'],
  ]);
  expect(spokenBy(connections, b.id).every(({ id, name }) => id === a.id && name === b.name)).toBe(true);
  expect(spokenBy(sessions, a.id)).toMatchObject([
    { id: b.id, change: 'opened' },
    { id: b.id, change: 'ended' },
  ]);
  expect(spokenBy(devices, a.id)).toMatchObject([{ change: 'found', device: { id: b.id } }]);
  expect(errors).toMatchObject([{ node: b.id, name: b.name, error: { code: 'ERR_HANDLER' } }]);
  expect(states.filter(({ name }) => name === a.name).map(({ state, previous }) => [previous, state])).toEqual([
    ['stopped', 'starting'],
    ['starting', 'running'],
    ['running', 'stopping'],
    ['stopping', 'stopped'],
  ]);
  // It has no id before its identity was opened.
  expect(states.filter(({ name }) => name === a.name).map(({ node }) => node)).toEqual([null, a.id, a.id, a.id]);
});

test('without a subscriber, publishes nothing', async () => {
  const publish = vi.spyOn(Object.getPrototypeOf(channel('lanpeer:any')) as Channel, 'publish');
  await startPairOnMemory();
  expect(publish).not.toHaveBeenCalled();
  publish.mockRestore();
});

test('a subscriber that throws stops no node, but ends a process that has no handler of its own for that', () => {
  const script = fileURLToPath(new URL('../../../support/throwing-subscriber-process.ts', import.meta.url));
  const run = (handles: string): string =>
    execFileSync(process.execPath, [script, handles], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  expect(run('handles').trim()).toBe('caught mine, connected, delivered');
  expect(() => run('')).toThrow('mine');
}, 30_000);

test('the names are these', () => {
  expect(Object.values(diagnosticsChannels).sort()).toEqual([
    'lanpeer:connection',
    'lanpeer:device',
    'lanpeer:error',
    'lanpeer:node',
    'lanpeer:session',
    'lanpeer:signalling',
  ]);
});
