import { readFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { makeNetworkKey } from '../../../src/index.ts';
import type { TraceEvent, Value } from '../../../src/inspector/model/trace-events.ts';
import { readRecording } from '../../../src/inspector/read-recording.ts';
import { createMemoryNetwork, createVirtualClock } from '../../../src/testing/index.ts';
import { newFile } from '../../support/directory.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const chart = (name: string): string =>
  readFileSync(new URL(`../../../diagrams/${name}.svg`, import.meta.url), 'utf8')
    .replaceAll('&#45;', '-')
    .replaceAll('&gt;', '>');

const pathsOf = (value: Value): string[] =>
  typeof value === 'string'
    ? [value]
    : Object.entries(value).flatMap(([key, inner]) => [
        key,
        ...(inner === undefined ? [] : pathsOf(inner).map((path) => `${key}.${path}`)),
      ]);

/** What one node of three did in some minutes in which much went wrong. */
async function recordMinutes(): Promise<readonly TraceEvent[]> {
  const clock = createVirtualClock();
  const network = createMemoryNetwork({ clock });
  const access = { networkKey: makeNetworkKey() };
  const file = newFile();
  const own = network.createNode({ name: 'own', access, recording: { file } });
  const others = ['one', 'other'].map((name) => network.createNode({ name, access }));
  async function stop(): Promise<void> {
    const stopped = Promise.all([own, ...others].map((node) => node.stop()));
    await clock.advanceAsync(20_000);
    await stopped;
  }
  stops.push(stop);
  await Promise.all([own, ...others].map((node) => node.start()));
  await clock.advanceAsync(3_000);
  for (const other of others) {
    network.dropLinks(own, other);
    await clock.advanceAsync(5_000);
    network.drop(own, other);
    await clock.advanceAsync(5_000);
    network.cut(own, other);
    await clock.advanceAsync(30_000);
    network.heal();
    await clock.advanceAsync(10_000);
  }
  await stop();
  return readRecording(file);
}

it('every state and every edge that machines name is in the charts', async () => {
  const charts = { node: chart('node.machine'), connection: chart('connection.machine') };
  const traceEvents = await recordMinutes();
  const edges = new Set<string>();
  for (const traceEvent of traceEvents) {
    if (traceEvent.t !== 'step') continue;
    const svg = charts[traceEvent.actor === 'node' ? 'node' : 'connection'];
    for (const path of pathsOf(traceEvent.value)) expect(svg, path).toContain(`id="state:${path}"`);
    for (const { from, to, label } of traceEvent.taken) {
      if (from !== to) {
        const text = svg.split('<g id="').find((group) => {
          const [, target, sources] = /^via:([^:"]*):([^"]*)"/.exec(group) ?? [];
          return target === to && sources?.split('+').includes(from);
        });
        expect(text, `${from} to ${to}`).toContain(`>${label}<`);
      }
      edges.add(`${from} ${to} ${label}`);
    }
  }
  expect(edges.size).toBeGreaterThan(10);
});
