import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { LanpeerError } from '../../../src/index.ts';
import type { Feed } from '../../../src/inspector/feed.ts';
import type { HelloEvent, StateEvent, TraceEvent } from '../../../src/inspector/model/trace-events.ts';
import { startRecording } from '../../../src/inspector/recording.ts';
import { createVirtualClock } from '../../../src/testing/index.ts';
import { newFile } from '../../support/directory.ts';

const hello: HelloEvent = {
  t: 'hello',
  format: 'lanpeer-trace/2',
  at: 1,
  version: '0',
  id: null,
  name: 'a',
  port: 1,
  live: true,
  masked: false,
};
const state: StateEvent = { t: 'state', at: 1, node: { id: null, port: 1 }, actors: [], peers: [], devices: [] };
const fault = (at: number): TraceEvent => ({ t: 'error', at, code: 'ERR_BUSY', message: 'x'.repeat(100) });

async function record(caps: { readonly fileBytes: number; readonly waitingBytes: number }) {
  const file = newFile();
  const listeners = new Set<(traceEvent: TraceEvent) => void>();
  const feed: Pick<Feed, 'listen' | 'begin' | 'state'> = {
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    begin: () => [],
    state: () => state,
  };
  const reported: LanpeerError[] = [];
  const view = {
    clock: createVirtualClock(),
    id: () => null,
    openStreams: () => [],
    transfers: () => [],
    report: (error: LanpeerError) => void reported.push(error),
  };
  const recording = await startRecording(view, feed, hello, { file }, caps);
  return {
    tell: (traceEvent: TraceEvent) => {
      for (const listener of listeners) listener(traceEvent);
    },
    listeners,
    reported,
    file,
    async lines(): Promise<TraceEvent[]> {
      await recording.end();
      return (await readFile(file, 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as TraceEvent);
    },
  };
}

it('a recording that has reached its size ends, is told of, and the node runs on', async () => {
  const { tell, listeners, reported, lines } = await record({ fileBytes: 1_000, waitingBytes: 1e6 });
  for (let at = 0; at < 20; at += 1) tell(fault(at));
  expect(listeners.size).toBe(0);
  expect(reported.map(({ code }) => code)).toEqual(['ERR_RECORDING']);
  const kinds = (await lines()).map(({ t }) => t);
  expect(kinds.length).toBeLessThan(12);
  expect(kinds.at(-1)).toBe('end');
});

it('what comes faster than it can be written is left out, and the gap is told', async () => {
  const { tell, lines, file } = await record({ fileBytes: 1e9, waitingBytes: 2_000 });
  let sent = 0;
  const send = (): void => tell(fault(sent++));
  while (sent < 1_000) send();
  while (!(await readFile(file, 'utf8')).includes('"t":"gap"')) send();
  const traceEvents = await lines();
  const gap = traceEvents.find((traceEvent) => traceEvent.t === 'gap');
  const told = traceEvents.filter(({ t }) => t === 'error').length;
  expect(told + (gap?.t === 'gap' ? gap.left : 0)).toBe(sent);
  expect(traceEvents[traceEvents.findIndex(({ t }) => t === 'gap') + 1]).toEqual(state);
});

it('figures and messages are not recorded', async () => {
  const { tell, lines } = await record({ fileBytes: 1e9, waitingBytes: 1e6 });
  tell({ t: 'message', at: 1, direction: 'in', peer: 'a', type: 'b', preview: 'secret' });
  expect((await lines()).map(({ t }) => t)).toEqual(['hello', 'state', 'end']);
});
