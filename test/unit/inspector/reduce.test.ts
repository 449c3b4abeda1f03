import { describe, expect, it } from 'vitest';
import { liveLimits } from '../../../src/inspector/model/limits.ts';
import { reduce } from '../../../src/inspector/model/reduce.ts';
import {
  about,
  ada,
  bob,
  change,
  dial,
  figures,
  hello,
  reduced,
  step,
  streams,
  view,
} from '../../support/trace-events.ts';

const device = { name: 'ada', addresses: ['192.0.2.1'], port: 4_001 };
const peer = {
  name: 'ada',
  via: 'webrtc',
  address: '192.0.2.1',
  since: 1_200,
  roundTripMs: 3,
} as const;

describe('reduce', () => {
  it('shows a device that was only heard, and forgets it when it is gone', () => {
    const model = reduced([hello(), { t: 'device', at: 1_001, id: ada, device }]);
    expect(view(model, ada)).toMatchObject({ state: 'heard', name: 'ada', device });
    reduce(model, { t: 'device', at: 1_002, id: ada, device: null });
    expect(model.peers.size).toBe(0);
    reduce(model, { t: 'device', at: 1_003, id: bob, device: null });
    expect(model.peers.size).toBe(0);
  });

  it('follows a connection from machine to link and back', () => {
    const taken = { from: 'new', to: 'connecting', label: 'connect' };
    const model = reduced([
      hello(),
      { t: 'actor', at: 1_010, actor: `peer:${ada}`, machine: 'connection', value: 'new', input: {} },
      change(1_020, ada),
      step(1_020, ada, { connecting: { reaching: 'holding' } }, [taken], { about: about() }),
    ]);
    expect(view(model, ada)).toMatchObject({ state: 'connecting', changes: 1, changedAt: 1_020 });
    expect(view(model, ada).machine.recent).toEqual([{ ...taken, at: 1_020 }]);

    reduce(model, change(1_200, ada, { state: 'connected', previous: 'connecting', reason: 'opened', via: 'webrtc' }));
    reduce(model, { t: 'peer', at: 1_200, id: ada, peer });
    expect(view(model, ada)).toMatchObject({ state: 'connected', peer, about: { reason: 'opened', via: 'webrtc' } });

    reduce(model, step(9_000, ada, { failed: 'waiting' }, [], { about: about({ state: 'failed', next: 9_500 }) }));
    reduce(model, { t: 'peer', at: 9_000, id: ada, peer: null });
    expect(view(model, ada)).toMatchObject({ state: 'failed', peer: null, about: { next: 9_500 }, name: 'ada' });
    expect(model.at).toBe(9_000);
  });

  it('begins anew when a machine for a known peer is made', () => {
    const model = reduced([
      step(1_000, ada, 'closed', [{ from: '', to: 'closed', label: 'close' }], { status: 'done' }),
      { t: 'actor', at: 2_000, actor: `peer:${ada}`, machine: 'connection', value: 'new', input: {} },
    ]);
    expect(view(model, ada)).toMatchObject({ state: 'new', machine: { value: 'new', status: 'active', recent: [] } });
  });

  it('keeps what happened to the node apart from what happened to peers', () => {
    const model = reduced([hello(), step(1_000, '', 'running', [], { actor: 'node' })]);
    expect(model.node).toMatchObject({ port: 4_000, machine: { value: 'running' } });
    expect(model.peers.size).toBe(0);
  });

  it('counts only transitions as history, and every one of them', () => {
    const stays = step(1_000, ada, { connected: 'steady' });
    const moves = step(1_001, ada, { connected: 'steady' }, [{ from: 'a', to: 'b', label: 'c' }]);
    const model = reduced([stays, moves, change(1_002, ada), stays]);
    expect(model.steps.items.map(({ step }) => step)).toEqual([moves]);
    expect(model.changes.items).toHaveLength(1);
  });

  it('puts the steps of signalling with their peer, strangers apart, beside sessions and attempts', () => {
    const model = reduced([
      dial(1, ada),
      dial(2, null),
      change(3, ada),
      { t: 'session', at: 4, change: { id: ada, change: 'opened', at: 4 } },
    ]);
    expect(model.sequences.get(ada)?.items.map(({ kind }) => kind)).toEqual(['signal', 'change', 'session']);
    expect(model.sequences.get('')?.items).toHaveLength(1);
    expect(view(model, ada).session).toBe('opened');
  });

  it('says that names are replaced', () => {
    expect(reduced([hello({ masked: true, live: false })]).hello).toMatchObject({ masked: true, live: false });
  });
});

describe('what reduce keeps', () => {
  it('is bounded, and the latest of everything', () => {
    const limits = { ...liveLimits, changes: 40, steps: 40, sequence: 16, sequences: 3, errors: 8, messages: 8 };
    const model = reduced([], limits);
    for (let at = 0; at < 1_000; at++) {
      const id = at % 2 === 0 ? ada : bob;
      reduce(model, change(at, id));
      reduce(model, step(at, id, 'new', [{ from: 'a', to: 'b', label: 'c' }]));
      reduce(model, dial(at, id));
      reduce(model, { t: 'error', at, code: 'ERR_HANDLER', message: 'no' });
      reduce(model, { t: 'message', at, direction: 'in', peer: id, type: 'x', preview: '1' });
      expect(model.changes.items.length).toBeLessThanOrEqual(40);
    }
    for (const list of [model.changes, model.steps, model.errors, model.messages, ...model.sequences.values()]) {
      expect(list.items.length).toBeLessThanOrEqual(list.cap);
      expect(list.items.length).toBeGreaterThanOrEqual(list.cap / 2);
      expect(list.items.at(-1)?.at).toBeGreaterThanOrEqual(998);
    }
    expect(view(model, ada).machine.recent.length).toBeLessThan(32);
  });

  it('holds for the number of peers as well', () => {
    const limits = { ...liveLimits, sequences: 3, closed: 4 };
    const model = reduced([], limits);
    for (let no = 0; no < 100; no++) {
      const id = `${ada.slice(0, -3)}${String(no).padStart(3, '0')}` as typeof ada;
      reduce(model, dial(no, id));
      reduce(model, change(no, id, { state: 'closed', reason: 'disconnect' }));
    }
    expect(model.sequences.size).toBe(3);
    expect(model.peers.size).toBe(4);
  });
});

describe('rates', () => {
  const counted = (bytes: number) => ({
    [ada]: {
      messages: { sent: 0, received: 0 },
      bytes: { sent: bytes, received: 0 },
      streams,
      queued: { messages: 2, bytes: 9 },
    },
  });

  it('are what counters grew by, per second', () => {
    const model = reduced([change(0, ada), figures(1_000, 10, counted(100))]);
    expect(model.node.figures?.rates).toBeNull();
    reduce(model, figures(3_000, 30, counted(500)));
    expect(model.node.figures?.rates).toMatchObject({ bytesOut: 1_000 });
    expect(view(model, ada).figures?.rates).toMatchObject({ bytesOut: 200, bytesIn: 0 });
    expect(model.node.series.items).toHaveLength(1);
  });

  it('stand counters that begin anew, clocks that go back and peers that are no longer counted', () => {
    const model = reduced([change(0, ada), figures(1_000, 10, counted(100)), figures(2_000, 11, counted(50))]);
    expect(view(model, ada).figures?.rates?.bytesOut).toBe(50);
    reduce(model, figures(1_500, 12));
    expect(model.node.figures?.rates?.bytesOut).toBe(100);
    expect(view(model, ada).figures).toBeNull();
  });
});
