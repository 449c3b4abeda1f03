import { describe, expect, it } from 'vitest';
import { reduce } from '../../../src/inspector/model/reduce.ts';
import type { StateEvent } from '../../../src/inspector/model/trace-events.ts';
import { about, ada, bob, change, figures, hello, reduced, step, streams, view } from '../../support/trace-events.ts';

const state = (more: Partial<StateEvent> = {}): StateEvent => ({
  t: 'state',
  at: 5_000,
  node: { id: ada, port: 4_002 },
  actors: [],
  peers: [],
  devices: [],
  ...more,
});

describe('a gap', () => {
  it('is counted, shown among the transitions, and over with the next state', () => {
    const model = reduced([hello(), { t: 'gap', at: 2_000, left: 70 }, { t: 'gap', at: 3_000, left: 5 }]);
    expect(model).toMatchObject({ left: 75, stale: true });
    expect(model.changes.items.map(({ kind }) => kind)).toEqual(['gap', 'gap']);
    reduce(model, state());
    expect(model).toMatchObject({ left: 75, stale: false, node: { port: 4_002 } });
  });
});

describe('the state of everything', () => {
  const device = { name: 'bob', addresses: ['192.0.2.2'], port: 4_003 };

  it('is what stands; the rest is gone', () => {
    const model = reduced([
      change(1_000, ada),
      change(1_000, bob),
      step(1_001, bob, { failed: 'waiting' }),
      state({ devices: [{ id: bob, device }] }),
    ]);
    expect([...model.peers.keys()]).toEqual([bob]);
    expect(view(model, bob)).toMatchObject({ state: 'heard', about: null, device, machine: { value: null } });
    expect(model.changes.items).toHaveLength(2);
  });

  it('keeps the figures and the last edges of what still stands', () => {
    const stats = {
      messages: { sent: 1, received: 0 },
      bytes: { sent: 1, received: 0 },
      streams,
      queued: { messages: 0, bytes: 0 },
    };
    const model = reduced([
      step(1_001, ada, { connected: 'steady' }, [{ from: 'connecting.linking', to: 'connected', label: 'link.open' }]),
      figures(2_000, 0, { [ada]: stats }),
      { t: 'gap', at: 2_500, left: 1 },
      state({
        actors: [
          { actor: 'node', machine: 'node', value: 'running' },
          {
            actor: `peer:${ada}`,
            machine: 'connection',
            value: { connected: { suspect: 'silent' } },
            about: about({ state: 'connected', reason: 'opened', via: 'tls', epoch: 7 }),
          },
        ],
        peers: [{ id: ada, peer: { name: 'ada', via: 'tls', address: '192.0.2.1', since: 1_001, roundTripMs: null } }],
      }),
    ]);
    expect(view(model, ada)).toMatchObject({
      state: 'connected',
      name: 'ada',
      about: { epoch: 7 },
      figures: { stats },
      machine: { value: { connected: { suspect: 'silent' } }, recent: [{ to: 'connected' }] },
    });
    expect(model.node.machine.value).toBe('running');
  });

  it('names a peer whose machine is not told of', () => {
    const peer = { name: 'ada', via: 'webrtc', address: '192.0.2.1', since: 1, roundTripMs: 2 } as const;
    const model = reduced([state({ peers: [{ id: ada, peer }] })]);
    expect(view(model, ada)).toMatchObject({ state: 'connected', peer });
  });
});
