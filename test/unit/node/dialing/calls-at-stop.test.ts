import { expect, test } from 'vitest';
import { abortsOf, connectionsOf, startTwo } from '../../../support/abort-pair.ts';
import { outcomeOf } from '../../../support/memory-pair.ts';

test.each([
  ['with an id, while it dials', async () => true],
  ['without', async () => false],
])('a call %s rejects at once when the node stops', async (_, named) => {
  const { here, there, network, clock } = await startTwo();
  const signal = new AbortController().signal;
  // Nothing is answered, not even a refusal.
  network.cut(here, there);
  const { id, ...place } = network.addressOf(there);
  const call = outcomeOf(here.connect({ ...place, ...((await named()) && { id }), signal }));
  await clock.advanceAsync(100);
  expect(call.now).toBeUndefined();
  const stopped = here.stop();
  await clock.advanceAsync(0);
  expect([call.now, abortsOf(signal)]).toEqual(['ERR_NOT_RUNNING', 0]);
  await clock.advanceAsync(20_000);
  await stopped;
  await expect(here.connect(network.addressOf(there))).rejects.toMatchObject({ code: 'ERR_NOT_RUNNING' });
});

test('a call that waits for the peer to be left: the node stops, its caller gives up, the peer is left again', async () => {
  const { clock, here, there, address } = await startTwo();
  // A message that is not handled holds the goodbye back.
  there.handle('x', () => new Promise(() => undefined));
  const connect = async (): Promise<void> => {
    const connected = here.connect(address);
    await clock.advanceAsync(2_000);
    await connected;
    await here.send(there.id, 'x', 1);
  };
  await connect();
  const controller = new AbortController();
  const parted = [here.disconnect(address.id)];
  const given = outcomeOf(here.connect({ ...address, signal: controller.signal }));
  controller.abort();
  await clock.advanceAsync(0);
  expect([given.now, abortsOf(controller.signal)]).toEqual(['ERR_ABORTED', 0]);
  const overtaken = outcomeOf(here.connect(address));
  parted.push(here.disconnect(address.id));
  await clock.advanceAsync(60_000);
  await Promise.all(parted);
  expect([overtaken.now, connectionsOf(here)]).toEqual(['ERR_CLOSED', 0]);

  await connect();
  const leaving = here.disconnect(address.id);
  const waiting = outcomeOf(here.connect(address));
  const stopped = here.stop();
  await clock.advanceAsync(20_000);
  await Promise.all([leaving, stopped]);
  expect(waiting.now).toBe('ERR_NOT_RUNNING');
  await expect(here.disconnect(address.id)).rejects.toMatchObject({ code: 'ERR_NOT_RUNNING' });
});

test('when the peer is unknown, disconnects without effect, twice; refuses to connect to itself', async () => {
  const { here, there, network } = await startTwo();
  await Promise.all([here.disconnect(there.id), here.disconnect(there.id)]);
  await expect(here.connect(network.addressOf(here))).rejects.toMatchObject({ code: 'ERR_SELF' });
});

test('messages and requests without an answer have an end when the node stops, and leave nothing on their signals', async () => {
  const { clock, here, there, address } = await startTwo();
  there.respond('never', () => new Promise(() => undefined));
  const connected = here.connect(address);
  await clock.advanceAsync(1_000);
  await connected;
  const { signal } = new AbortController();
  const outcomes = [
    ...Array.from({ length: 300 }, () => outcomeOf(here.request(there.id, 'never', 1, { signal, timeout: 600_000 }))),
    outcomeOf(here.requestAll('never', 1, { signal })),
  ];
  await clock.advanceAsync(1_000);
  const given = new AbortController();
  const aborted = outcomeOf(here.request(there.id, 'never', 1, { signal: given.signal }));
  given.abort('mine');
  const stopped = here.stop();
  await clock.advanceAsync(20_000);
  await stopped;
  expect(aborted.now).toBe('ERR_ABORTED');
  expect(outcomes.filter(({ now }) => now === undefined)).toEqual([]);
  expect([abortsOf(signal), abortsOf(given.signal)]).toEqual([0, 0]);
});
