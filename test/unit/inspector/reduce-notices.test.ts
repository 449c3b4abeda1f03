import * as v from 'valibot';
import { expect, test } from 'vitest';
import { createModel } from '../../../src/inspector/model/model.ts';
import { reduce } from '../../../src/inspector/model/reduce.ts';
import type { NoticeTraceEvent } from '../../../src/inspector/model/report-events.ts';
import type { TraceEvent } from '../../../src/inspector/model/trace-events.ts';
import { traceEventSchema } from '../../../src/inspector/trace-event-schema.ts';

const notice = { code: 'ERR_ALONE', message: 'nobody', since: 1 } as const;
const told = (change: NoticeTraceEvent['change'], message = 'nobody'): NoticeTraceEvent => ({
  t: 'notice',
  at: 2,
  change,
  notice: { ...notice, message },
});
const state: TraceEvent = { t: 'state', at: 3, node: { id: null, port: 0 }, actors: [], peers: [], devices: [] };

test('notices stand from when they begin until they end', () => {
  const model = createModel();
  reduce(model, told('begun'));
  reduce(model, told('changed', 'still nobody'));
  expect([...model.notices.values()].map(({ message }) => message)).toEqual(['still nobody']);
  reduce(model, told('ended'));
  expect(model.notices.size).toBe(0);
});

test('a state of everything says which stand; one of a version before says none', () => {
  const model = createModel();
  reduce(model, { ...state, notices: [notice] });
  expect([...model.notices.keys()]).toEqual(['ERR_ALONE']);
  reduce(model, state);
  expect(model.notices.size).toBe(0);
});

test('a recording may hold them', () => {
  for (const traceEvent of [told('begun'), { ...state, notices: [notice] }])
    expect(v.is(traceEventSchema, traceEvent)).toBe(true);
});
