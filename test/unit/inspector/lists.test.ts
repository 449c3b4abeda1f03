import { describe, expect, it } from 'vitest';
import { listHistory } from '../../../src/inspector/model/history.ts';
import { reduce } from '../../../src/inspector/model/reduce.ts';
import { countStates, listPeers, type PeerQuery } from '../../../src/inspector/model/select.ts';
import { ada, bob, change, figures, idOf, reduced, step } from '../../support/trace-events.ts';

const eve = idOf('eve');
const device = (name: string) => ({ name, addresses: ['192.0.2.9'], port: 1 });
const peers: PeerQuery = { text: '', state: null, sort: 'name', descending: false };

describe('the list of peers', () => {
  const counted = (received: number) => ({
    messages: { sent: 0, received: 0 },
    bytes: { sent: 0, received },
    streams: { open: 0, opened: 0, accepted: 0, refused: 0, sent: 0, received: 0 },
    queued: { messages: 0, bytes: 0 },
  });
  const model = reduced([
    { t: 'device', at: 0, id: eve, device: device('Eve') },
    { t: 'device', at: 0, id: ada, device: device('ada') },
    change(1, ada, { state: 'connected', reason: 'opened' }),
    change(1, bob, { state: 'failed', reason: 'denied', code: 'ERR_NETWORK_KEY' }),
    figures(1_000, 0, { [ada]: counted(0), [bob]: counted(0) }),
    figures(2_000, 0, { [ada]: counted(5), [bob]: counted(9) }),
  ]);
  const ids = (query: Partial<PeerQuery>) => listPeers(model, { ...peers, ...query }).map(({ id }) => id);

  it('counts by state', () => {
    expect(countStates(model)).toEqual({ failed: 1, connecting: 0, new: 0, connected: 1, closed: 0, heard: 1 });
  });

  it('is in the order that was asked for; what has no value comes last both ways', () => {
    expect(ids({})).toEqual([ada, eve, bob]);
    expect(ids({ descending: true })).toEqual([eve, ada, bob]);
    expect(ids({ sort: 'in', descending: true })).toEqual([bob, ada, eve]);
    expect(ids({ sort: 'in' })).toEqual([ada, bob, eve]);
    expect(ids({ sort: 'state' })).toEqual([bob, ada, eve]);
  });

  it('has peers in trouble first, and those that are tried again and again in their places', () => {
    const [lost, gone, doubtful, slow] = ['lost', 'gone', 'doubtful', 'slow'].map(idOf);
    const failed = { state: 'failed', reason: 'unreachable', code: 'ERR_UNREACHABLE' } as const;
    const troubled = reduced([
      change(1, ada, { state: 'connected', reason: 'opened' }),
      change(1, bob, { ...failed, attempt: 2, next: 9 }),
      change(1, idOf('eve'), { state: 'connecting', attempt: 1 }),
      change(1, lost as typeof ada, { state: 'connecting', reason: 'retry', attempt: 7 }),
      change(1, gone as typeof ada, { ...failed, attempt: 1, gaveUp: true }),
      change(1, doubtful as typeof ada, { state: 'connected', reason: 'opened' }),
      step(2, String(doubtful), { connected: { suspect: 'silent' } }),
      { t: 'device', at: 1, id: String(slow), device: device('slow') },
    ]);
    const inOrder = (descending: boolean) =>
      listPeers(troubled, { ...peers, sort: 'trouble', descending }).map(({ id }) => id);
    expect(inOrder(false)).toEqual([gone, lost, bob, doubtful, eve, ada, slow]);
    reduce(troubled, change(3, lost as typeof ada, { ...failed, attempt: 7, next: 20 }));
    expect(inOrder(false)).toEqual([gone, lost, bob, doubtful, eve, ada, slow]);
  });

  it('is searched by whatever is shown', () => {
    expect(ids({ text: 'EVE' })).toEqual([eve]);
    expect(ids({ text: 'network_key' })).toEqual([bob]);
    expect(ids({ text: '192.0.2.9' })).toEqual([ada, eve]);
    expect(ids({ state: 'failed' })).toEqual([bob]);
    expect(ids({ state: 'failed', text: 'opened' })).toEqual([]);
  });
});

describe('the history', () => {
  const edge = { from: 'connected.steady', to: 'connected.verifying', label: 'hint [isReasonToVerify]' };
  const model = reduced([
    { t: 'device', at: 0, id: ada, device: device('ada') },
    change(1, ada),
    step(1, ada, { connecting: 'reaching' }, [{ from: 'new', to: 'connecting', label: 'connect' }]),
    change(2, bob, { reason: 'hint' }),
    { t: 'gap', at: 3, left: 1 },
    step(4, ada, { connected: 'verifying' }, [edge]),
  ]);
  const all = { peer: null, reason: null, text: '', steps: true, until: Infinity };
  const list = (query: Partial<typeof all> | { peer: string } | { reason: 'hint' }) =>
    listHistory(model, { ...all, ...query }).map(({ at, kind }) => `${at} ${kind}`);

  it('has the latest first, with and without the steps of machines', () => {
    expect(list({})).toEqual(['4 step', '3 gap', '2 change', '1 step', '1 change']);
    expect(list({ steps: false })).toEqual(['3 gap', '2 change', '1 change']);
  });

  it('is filtered by peer, reason and text; a hole concerns all peers', () => {
    expect(list({ peer: ada })).toEqual(['4 step', '3 gap', '1 step', '1 change']);
    expect(list({ reason: 'hint' })).toEqual(['3 gap', '2 change']);
    expect(list({ text: ' isReasonToVerify ' })).toEqual(['4 step', '3 gap']);
    expect(list({ text: 'ADA' })).toEqual(['4 step', '3 gap', '1 step', '1 change']);
  });

  it('stands still while it is read', () => {
    const until = model.entries;
    reduce(model, change(9, bob));
    expect(list({ until })).not.toContain('9 change');
    expect(list({})).toContain('9 change');
  });

  it('still has the name of a peer that is gone', () => {
    reduce(model, { t: 'state', at: 10, node: { id: null, port: 0 }, actors: [], peers: [], devices: [] });
    expect(model.peers.size).toBe(0);
    expect(model.names.get(ada)).toBe('ada');
  });
});
