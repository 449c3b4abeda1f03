import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { DiagnoseOptions, Diagnosis } from '../../../src/api/diagnosis.ts';
import { LanpeerError } from '../../../src/errors.ts';
import { Diagnoses } from '../../../src/inspector/diagnoses.ts';
import { createMask } from '../../../src/inspector/mask.ts';
import type { DiagnosisEvent } from '../../../src/inspector/model/diagnosis-events.ts';
import { traceEventSchema } from '../../../src/inspector/trace-event-schema.ts';
import { createVirtualClock } from '../../../src/testing/index.ts';
import { bob, reduced } from '../../support/trace-events.ts';

const found: Diagnosis = {
  status: 'fault',
  verdict: 'The printer at 192.0.2.9 does not answer.',
  cause: 'tcp',
  checks: [
    { id: 'network', status: 'ok', summary: 'eth0 has 192.0.2.1.', evidence: [] },
    {
      id: 'tcp',
      status: 'fault',
      summary: 'No way to printer.',
      evidence: ['printer: ECONNREFUSED'],
      next: 'Start printer.',
    },
  ],
  peer: bob,
  listenedMs: 10_000,
  at: 7,
};

/** Diagnoses of a node that answers when it is told to. */
function setUp() {
  const told: DiagnosisEvent[] = [];
  const calls: { options: DiagnoseOptions; resolve: (found: Diagnosis) => void; reject: (thrown: unknown) => void }[] =
    [];
  const diagnose = (options: DiagnoseOptions): Promise<Diagnosis> =>
    new Promise((resolve, reject) => calls.push({ options, resolve, reject }));
  const diagnoses = new Diagnoses({ clock: createVirtualClock(), diagnose }, (event) => told.push(event));
  return { told, calls, diagnoses, settled: () => new Promise(setImmediate) };
}

describe('diagnoses that pages ask for', () => {
  it('are carried out one at a time, and told', async () => {
    const { told, calls, diagnoses, settled } = setUp();
    expect(diagnoses.standing).toEqual([]);
    expect([diagnoses.begin(bob), diagnoses.begin(null)]).toEqual([true, false]);
    expect(calls.map(({ options }) => options.peer)).toEqual([bob]);
    expect(diagnoses.standing.map(({ step }) => step)).toEqual(['begun']);
    calls[0]?.resolve(found);
    await settled();
    expect(told.map(({ step }) => step)).toEqual(['begun', 'done']);
    expect(diagnoses.standing.map(({ step }) => step)).toEqual(['done']);
    expect(diagnoses.begin(null)).toBe(true);
    expect(calls[1]?.options).not.toHaveProperty('peer');
    // A page that comes now sees the last one, and that there will be another.
    const { last, begunAt } = reduced(diagnoses.standing).diagnosis;
    expect([last, begunAt]).toEqual([found, told.at(-1)?.at]);
  });

  it('keep what was found before one that failed', async () => {
    const { calls, diagnoses, settled } = setUp();
    diagnoses.begin(null);
    calls[0]?.resolve(found);
    await settled();
    diagnoses.begin(null);
    calls[1]?.reject(new LanpeerError('ERR_NOT_RUNNING', 'It was stopped.'));
    await settled();
    const { last, failure, begunAt } = reduced(diagnoses.standing).diagnosis;
    expect({ last, failure, begunAt }).toEqual({
      last: found,
      failure: { code: 'ERR_NOT_RUNNING', message: 'It was stopped.' },
      begunAt: null,
    });
    diagnoses.begin(null);
    calls[2]?.resolve(found);
    await settled();
    expect(reduced(diagnoses.standing).diagnosis.failure).toBeNull();
  });

  it('end with the node, and nothing is told of them', async () => {
    const { told, calls, diagnoses, settled } = setUp();
    diagnoses.begin(null);
    diagnoses.stop();
    expect(calls[0]?.options.signal?.aborted).toBe(true);
    calls[0]?.reject(new LanpeerError('ERR_ABORTED', 'It was given up.'));
    await settled();
    expect(told.map(({ step }) => step)).toEqual(['begun']);
    expect(diagnoses.begin(null)).toBe(false);
  });
});

describe('a recording of a diagnosis', () => {
  const done: DiagnosisEvent = { t: 'diagnosis', at: 7, step: 'done', diagnosis: found };

  it('is read again', () => {
    const failed: DiagnosisEvent = { t: 'diagnosis', at: 7, step: 'failed', code: 'ERR_ABORTED', message: 'x' };
    for (const event of [{ t: 'diagnosis', at: 7, step: 'begun' }, done, failed])
      expect(v.is(traceEventSchema, event), JSON.stringify(event)).toBe(true);
    const evidence = Array.from({ length: 2_000 }, () => 'seen');
    const long = { ...done, diagnosis: { ...found, checks: [{ id: 'tcp', status: 'ok', summary: '', evidence }] } };
    expect(v.is(traceEventSchema, long)).toBe(false);
  });

  it('has no word of it when it is masked, but how each check stands', () => {
    const masked = createMask(() => null)(done);
    expect(v.is(traceEventSchema, masked)).toBe(true);
    const text = JSON.stringify(masked);
    for (const word of ['printer', '192.0.2', 'eth0', bob]) expect(text).not.toContain(word);
    expect(reduced([masked]).diagnosis.last?.checks.map(({ id, status }) => `${id} ${status}`)).toEqual([
      'network ok',
      'tcp fault',
    ]);
  });
});
