import { expect, test } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { parseDiagnoseOptions } from '../../../../src/node/diagnosis/diagnose-options.ts';
import { createMemoryNetwork } from '../../../../src/testing/index.ts';
import { createVirtualClock } from '../../../../src/testing/virtual-clock.ts';

test('a node says how it is, and takes no longer than it may', async () => {
  const clock = createVirtualClock();
  const network = createMemoryNetwork({ clock });
  const [one, other] = [
    network.createNode({ name: 'one', access: 'open' }),
    network.createNode({ name: 'other', access: 'open' }),
  ];
  await expect(one.diagnose()).rejects.toMatchObject({ code: 'ERR_NOT_RUNNING' });
  const started = Promise.all([one.start(), other.start()]);
  await clock.advanceAsync(3_000);
  await started;
  expect(one.peers.size).toBe(1);
  const begun = clock.monotonic();
  const told = one.diagnose({ timeout: 2_000 });
  await clock.advanceAsync(2_000);
  const diagnosis = await told;
  expect(clock.monotonic() - begun).toBe(2_000);
  const status = Object.fromEntries(diagnosis.checks.map((check) => [check.id, check.status]));
  expect(status).toMatchObject({
    network: 'unknown',
    others: 'ok',
    access: 'ok',
    tcp: 'ok',
    identity: 'ok',
    clock: 'ok',
  });
  expect(JSON.parse(JSON.stringify(diagnosis))).toEqual(diagnosis);

  const given = new AbortController();
  const aborted = one.diagnose({ signal: given.signal });
  const refused = expect(aborted).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  await clock.advanceAsync(100);
  given.abort();
  await refused;
  await expect(one.diagnose({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_ABORTED' });

  const stopped = expect(one.diagnose()).rejects.toMatchObject({ code: 'ERR_NOT_RUNNING' });
  await clock.advanceAsync(0);
  const stopping = Promise.all([one.stop(), other.stop()]);
  await clock.advanceAsync(limits.diagnosis.mostMs);
  await Promise.all([stopped, stopping]);
});

test.each([
  [{ timeout: 0 }, /timeout: 0 is not/],
  [{ timeout: limits.diagnosis.mostMs + 1 }, /timeout/],
  [{ probe: 1 }, /probe: 1 is not true or false/],
  [{ peer: 7 }, /peer/],
  [{ peer: { address: 'host', port: 1 } }, /peer\.address/],
  [{ peer: { address: '192.0.2.1', port: 0 } }, /peer\.port/],
  [{ signal: {} }, /signal/],
  [{ probes: true }, /did you mean `probe`/],
])('what cannot be asked for: %j', (options, message) => {
  expect(() => parseDiagnoseOptions(options as never)).toThrow(
    expect.objectContaining({ code: 'ERR_OPTION', message: expect.stringMatching(message) }),
  );
});
