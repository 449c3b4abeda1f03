import { expect, test } from 'vitest';
import type { Refusal } from '../../../../src/adapters/signalling/port.ts';
import { silentLogger } from '../../../../src/environment.ts';
import type { LanpeerError } from '../../../../src/errors.ts';
import { limits } from '../../../../src/limits.ts';
import { createNodeCounters } from '../../../../src/node/monitoring/node-counters.ts';
import { createRefusals } from '../../../../src/node/monitoring/refusals.ts';
import { createTrace } from '../../../../src/node/monitoring/trace.ts';
import { createVirtualClock } from '../../../../src/testing/virtual-clock.ts';

const { entries, logEveryMs } = limits.authBackoff;
const refusal: Refusal = { code: 'ERR_NETWORK_KEY', address: '192.0.2.1', id: 'a'.repeat(52) };

function make() {
  const clock = createVirtualClock();
  const reported: string[] = [];
  const nothing = (): void => undefined;
  const trace = createTrace({ clock, sink: { wanted: false, take: nothing }, report: nothing });
  const report = ({ code }: LanpeerError): void => void reported.push(code);
  const refused = createRefusals(createNodeCounters(), clock, silentLogger, report, trace);
  return { clock, reported, refused };
}

test('the same refusal is reported once, and again after its time', () => {
  const { clock, reported, refused } = make();
  for (let no = 0; no < 10; no += 1) refused(refusal);
  clock.advance(logEveryMs - 1);
  refused(refusal);
  expect(reported).toEqual(['ERR_NETWORK_KEY']);
  clock.advance(1);
  refused(refusal);
  expect(reported).toHaveLength(2);
});

test('another address or another code is another report; another id at that address is not', () => {
  const { reported, refused } = make();
  for (const fields of [{}, { address: '192.0.2.2' }, { code: 'ERR_BUSY' as const }, { id: 'b'.repeat(52) }])
    refused({ ...refusal, ...fields });
  expect(reported).toEqual(['ERR_NETWORK_KEY', 'ERR_NETWORK_KEY', 'ERR_BUSY']);
});

test('only so many are remembered: the one reported longest ago is forgotten', () => {
  const { reported, refused } = make();
  for (let no = 0; no <= entries; no += 1) refused({ ...refusal, address: `10.0.${no >> 8}.${no & 255}` });
  reported.length = 0;
  refused({ ...refusal, address: '10.0.0.1' });
  expect(reported).toEqual([]);
  refused({ ...refusal, address: '10.0.0.0' });
  expect(reported).toHaveLength(1);
});
