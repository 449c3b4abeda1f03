import { describe, expect, it, vi } from 'vitest';
import type { SignallingStep } from '../../../../src/api/diagnostics.ts';
import { type LanpeerNode, makeNetworkKey } from '../../../../src/index.ts';
import { createTrace, traceDials } from '../../../../src/node/monitoring/trace.ts';
import { createMemoryNetwork, createVirtualClock } from '../../../../src/testing/index.ts';
import { watchSteps } from '../../../support/signalling-steps.ts';

const sink = { wanted: false, take: () => undefined };
const report = (thrown: unknown): void => {
  throw thrown;
};

describe('a trace', () => {
  const step = { step: 'lost', peer: null, direction: 'in', epoch: 1 } as const;

  it('without a subscriber, makes no event', () => {
    const clock = createVirtualClock();
    const trace = createTrace({ clock, sink, report });
    const make = vi.fn(() => step);
    trace.tell(make);
    trace.watch(() => undefined)();
    trace.tell(make);
    expect(make).not.toHaveBeenCalled();
  });

  it('when it has subscribers, tells each, with the time', () => {
    const clock = createVirtualClock();
    const taken: SignallingStep[] = [];
    const trace = createTrace({ clock, sink: { wanted: true, take: (one) => taken.push(one) }, report });
    const seen: SignallingStep[] = [];
    const off = trace.watch((one) => seen.push(one));
    trace.tell(() => step);
    off();
    trace.tell(() => step);
    expect(seen).toEqual([{ ...step, at: clock.now() }]);
    expect(taken).toHaveLength(2);
  });

  it('when a subscriber throws, reports it and goes on', () => {
    const thrown: unknown[] = [];
    const trace = createTrace({ clock: createVirtualClock(), sink, report: (one) => thrown.push(one) });
    const seen: SignallingStep[] = [];
    trace.watch(() => {
      throw new Error('mine');
    });
    trace.watch((one) => seen.push(one));
    trace.tell(() => step);
    expect([thrown, seen.length]).toEqual([[new Error('mine')], 1]);
  });

  it('does not tell of a dial that was given up', async () => {
    const trace = createTrace({ clock: createVirtualClock(), sink, report });
    const seen: string[] = [];
    trace.watch((one) => seen.push(one.step));
    const controller = new AbortController();
    const dial = traceDials(trace, async () => {
      controller.abort();
      throw new Error('aborted');
    });
    await expect(dial({ address: '192.0.2.1', port: 1, signal: controller.signal })).rejects.toThrow('aborted');
    expect(seen).toEqual(['dial']);
  });
});

const access = { networkKey: makeNetworkKey() };

async function startTwo(others: { readonly access?: { readonly networkKey: string } } = {}) {
  const clock = createVirtualClock();
  const network = createMemoryNetwork({ clock });
  const make = (name: string, own = access) => network.createNode({ name, access: own, discovery: false });
  const nodes = [make('one'), make('two', others.access ?? access)];
  await Promise.all(nodes.map((node) => node.start()));
  // The lower id offers, whichever side dials.
  const [lower, higher] = nodes.sort((one, other) => (one.id < other.id ? -1 : 1)) as [LanpeerNode, LanpeerNode];
  return { clock, network, lower, higher };
}

describe('the steps of a connection', () => {
  it('are these, on both sides', async () => {
    const { clock, network, lower, higher } = await startTwo();
    const [here, there] = [watchSteps(higher), watchSteps(lower)];
    const connected = lower.connect(network.addressOf(higher));
    await clock.advanceAsync(3_000);
    await connected;
    expect(there.names()).toEqual([
      'dial',
      'session local',
      'offer out',
      'signal in',
      'negotiated tls',
      'open tls',
      'offer out',
      'signal in',
      'negotiated webrtc',
      'open webrtc',
    ]);
    expect(here.names()).toEqual([
      'session remote',
      'offer in',
      // The answer carries what the link says first.
      'negotiated tls',
      'signal out',
      'open tls',
      'offer in',
      'signal out',
      'negotiated webrtc',
      'open webrtc',
    ]);
    expect(here.steps.every(({ peer }) => peer === lower.id)).toBe(true);
    here.clear();
    there.clear();

    network.dropLinks(lower, higher);
    await clock.advanceAsync(3_000);
    // Both noticed; the session of before carries the next link, until WebRTC is up again.
    expect(here.names()).toEqual([
      'down webrtc ERR_TRANSPORT',
      'lost out',
      'lost in',
      'offer in',
      'negotiated tls',
      'signal out',
      'open tls',
      'offer in',
      'signal out',
      'negotiated webrtc',
      'open webrtc',
    ]);
    expect(there.names()).toEqual([
      'down webrtc ERR_TRANSPORT',
      'lost out',
      'offer out',
      'lost in',
      'signal in',
      'negotiated tls',
      'open tls',
      'offer out',
      'signal in',
      'negotiated webrtc',
      'open webrtc',
    ]);
    here.clear();
    there.clear();

    const left = lower.disconnect(higher.id);
    await clock.advanceAsync(5_000);
    await left;
    // The goodbye over the link came first, so that each side ends the session itself.
    expect([here.names(), there.names()]).toEqual([
      ['session-ended local disconnect'],
      ['session-ended local disconnect'],
    ]);
    for (const seen of [here, there]) seen.end();
  });

  it('that is refused: a dial without an id that fails here, a refusal there', async () => {
    const { clock, network, lower, higher } = await startTwo({ access: { networkKey: makeNetworkKey() } });
    const [here, there] = [watchSteps(higher), watchSteps(lower)];
    const { address, port } = network.addressOf(lower);
    const refused = expect(higher.connect({ address, port })).rejects.toMatchObject({ code: 'ERR_NETWORK_KEY' });
    await clock.advanceAsync(3_000);
    await refused;
    expect(here.steps).toMatchObject([
      { step: 'dial', peer: null, address, port },
      { step: 'dial-failed', peer: null, address, port, code: 'ERR_NETWORK_KEY' },
    ]);
    expect(there.names()).toEqual(['refused ERR_NETWORK_KEY']);
    for (const seen of [here, there]) seen.end();
  });
});
