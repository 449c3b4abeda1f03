import assert from 'node:assert/strict';
import { limits } from '../../limits.ts';
import type { ComplianceCase } from './case.ts';
import type { MakeSignallingDevice } from './signalling-endpoint.ts';
import { signallingCase } from './signalling-rig.ts';

const { sessionsPerPeer } = limits.signalling;

/** Dials without a listener, dials that are aborted, and the limit of sessions. */
export const dialLimitCases: readonly ComplianceCase<MakeSignallingDevice>[] = [
  signallingCase('when nothing listens any more, rejects the dial with ERR_REFUSED', async ({ endpoint }) => {
    const [dialer, gone] = [await endpoint(), await endpoint()];
    await gone.signalling.close();
    await assert.rejects(dialer.dial(gone), { code: 'ERR_REFUSED' });
  }),
  signallingCase('when the address is a name, rejects the dial: it looks nothing up', async ({ endpoint }) => {
    const dialer = await endpoint();
    const device = { ...dialer.device, address: 'localhost' };
    await assert.rejects(dialer.dial({ device, port: dialer.port }), { code: 'ERR_OPTION' });
  }),
  signallingCase(
    'when the signal aborts before the dial, at once, or while the two authenticate, rejects the dial',
    async ({ endpoint }) => {
      const greeted = new AbortController();
      const listener = await endpoint({
        held() {
          greeted.abort();
          return 0;
        },
      });
      const dialer = await endpoint();
      await assert.rejects(dialer.dial(listener, { signal: AbortSignal.abort() }), { code: 'ERR_ABORTED' });
      const soon = new AbortController();
      const dialed = assert.rejects(dialer.dial(listener, { signal: soon.signal }), { code: 'ERR_ABORTED' });
      soon.abort();
      await dialed;
      await assert.rejects(dialer.dial(listener, { signal: greeted.signal }), { code: 'ERR_ABORTED' });
      assert.ok(greeted.signal.aborted);
      await listener.signalling.close();
      assert.deepEqual([listener.sessions, listener.refusals], [[], []]);
    },
  ),
  signallingCase('when the signal aborts after the dial, keeps the session', async ({ endpoint, when, record }) => {
    const [dialer, listener] = [await endpoint(), await endpoint()];
    const late = new AbortController();
    const near = record(await dialer.dial(listener, { signal: late.signal }));
    late.abort();
    await when(() => listener.sessions.length > 0);
    listener.sessions[0]?.send({ type: 'lost', epoch: 1 });
    await when(() => near.events.length > 0);
    assert.deepEqual(near.events, ['lost']);
  }),
  signallingCase(
    'when a peer has all its sessions, refuses one more until one ends',
    async ({ endpoint, join, when }) => {
      const [dialer, listener] = [await endpoint(), await endpoint()];
      const ends = [];
      // From either side: all of them count.
      for (let no = 0; no < sessionsPerPeer - 1; no += 1) ends.push(await join(dialer, listener));
      await join(listener, dialer);
      await assert.rejects(dialer.dial(listener), { code: 'ERR_BUSY' });
      assert.equal(listener.refusals[0]?.code, 'ERR_BUSY');
      await join(await endpoint(), listener);
      const [[near, far]] = ends as [(typeof ends)[number]];
      near.session.close('duplicate');
      await when(() => near.ends.length > 0 && far.ends.length > 0);
      await join(dialer, listener);
    },
  ),
  signallingCase('when dials come at one moment, keeps the limit of sessions', async ({ endpoint, when }) => {
    const [dialer, listener] = [await endpoint(), await endpoint()];
    const dials = Array.from({ length: 2 * sessionsPerPeer }, () => dialer.dial(listener));
    const results = await Promise.allSettled(dials);
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, sessionsPerPeer);
    for (const result of results) if (result.status === 'rejected') assert.equal(result.reason.code, 'ERR_BUSY');
    await when(() => listener.sessions.length === sessionsPerPeer);
  }),
];
