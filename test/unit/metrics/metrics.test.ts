import { describe, expect, it } from 'vitest';
import { type LanpeerNode, limits, makeNetworkKey, type PeerStream } from '../../../src/index.ts';
import { createMetrics } from '../../../src/metrics/index.ts';
import { createMemoryNetwork, createVirtualClock } from '../../../src/testing/index.ts';
import { startOnMemory, startPairOnMemory } from '../../support/memory-pair.ts';
import { parseMetrics } from '../../support/metrics-text.ts';

describe('the metrics of a node', () => {
  it('are its figures', async () => {
    const { clock, network, a, b } = await startPairOnMemory();
    const metrics = createMetrics(a, { label: 'desk', perPeer: true });
    for (let n = 0; n < 3; n += 1) await a.send(b.id, 'n', n);
    await b.send(a.id, 'n', 1);
    await clock.advanceAsync(5_000);
    network.cut(a, b);
    await a.send(b.id, 'n', new Uint8Array(100));
    const stats = a.stats();
    const { values } = parseMetrics(await metrics.text());
    const value = (name: string, labels = ''): number | undefined =>
      values.get(`lanpeer_${name}{node="desk"${labels}}`);
    expect({
      connected: value('connections', ',state="connected"'),
      failed: value('connections', ',state="failed"'),
      sessions: value('signalling_sessions'),
      sent: value('messages_sent_total'),
      delivered: value('messages_delivered_total'),
      received: value('messages_received_total'),
      unhandled: value('messages_unhandled_total'),
      bytesSent: value('sent_bytes_total'),
      bytesReceived: value('received_bytes_total'),
      packets: value('discovery_packets_total'),
      queued: value('queued_messages'),
      queuedBytes: value('queued_bytes'),
    }).toEqual({
      connected: 1,
      failed: 0,
      sessions: stats.signallingSessions,
      sent: 4,
      delivered: 3,
      received: 1,
      unhandled: 1,
      bytesSent: stats.bytes.sent,
      bytesReceived: stats.bytes.received,
      packets: stats.discovery.packets,
      queued: 1,
      queuedBytes: stats.peers[b.id]?.queued.bytes,
    });
    const peer = `,peer="${b.id}"`;
    expect(value('peer_messages_sent_total', peer)).toBe(4);
    expect(value('peer_queued_messages', peer)).toBe(1);
    expect(value('peer_round_trip_seconds', peer)).toBeGreaterThan(0);
    expect(value('round_trip_seconds_count')).toBeGreaterThan(0);
    expect(metrics.contentType).toContain('text/plain');
    metrics.stop();
  });

  it('are those of its groups', async () => {
    const { clock, a, b } = await startPairOnMemory();
    const metrics = createMetrics(a, { label: 'desk' });
    const game = b.join('game');
    const joined = a.join('game');
    a.join('nobody');
    await clock.advanceAsync(1_000);
    const read = async () => {
      const { values } = parseMetrics(await metrics.text());
      return ['groups', 'group_members', 'messages_refused_total'].map((name) =>
        values.get(`lanpeer_${name}{node="desk"}`),
      );
    };
    expect(await read()).toEqual([2, 1, 0]);
    joined.leave();
    // The other one does not know of it yet.
    await game.send('x', 1);
    await clock.advanceAsync(1_000);
    expect(await read()).toEqual([1, 0, 1]);
    metrics.stop();
  });

  it('are those of its byte streams, by node and by peer', async () => {
    const { clock, a, b } = await startPairOnMemory();
    const metrics = createMetrics(a, { label: 'desk', perPeer: true });
    const accepted: PeerStream[] = [];
    b.acceptStream('file', (stream) => void accepted.push(stream));
    const opening = a.openStream(b.id, 'file');
    await clock.advanceAsync(100);
    const stream = await opening;
    const refused = expect(b.openStream(a.id, 'nothing')).rejects.toMatchObject({ code: 'ERR_STREAM_REFUSED' });
    await stream.writable.getWriter().write(new Uint8Array(300));
    const reader = accepted[0]?.readable.getReader();
    await clock.advanceAsync(100);
    await refused;
    expect((await reader?.read())?.value).toHaveLength(300);
    await clock.advanceAsync(100);
    const one = { open: 1, opened: 1, accepted: 0, refused: 1, sent: 0, received: 0 };
    expect(a.stats().streams).toEqual(one);
    expect(b.stats().streams).toEqual({ open: 1, opened: 0, accepted: 1, refused: 0, sent: 0, received: 300 });
    stream.abort();
    await clock.advanceAsync(100);
    const over = { ...one, open: 0 };
    expect(a.stats().streams).toEqual(over);
    expect(a.stats().peers[b.id]?.streams).toEqual(over);
    expect(b.stats().streams).toMatchObject({ open: 0, received: 300 });
    const { values } = parseMetrics(await metrics.text());
    expect(values.get('lanpeer_streams{node="desk"}')).toBe(0);
    expect(values.get('lanpeer_streams_opened_total{node="desk"}')).toBe(1);
    expect(values.get('lanpeer_streams_refused_total{node="desk"}')).toBe(1);
    expect(values.get(`lanpeer_peer_streams{node="desk",peer="${b.id}"}`)).toBe(0);
    metrics.stop();
  });

  it('count what streams tell: transitions, attempts that end well, those that give up, sessions, errors', async () => {
    const clock = createVirtualClock();
    const network = createMemoryNetwork({ clock });
    const access = { networkKey: makeNetworkKey() };
    const make = (name: string, own = access) => network.createNode({ name, access: own, discovery: false });
    const [a, b, stranger] = [make('a'), make('b'), make('stranger', { networkKey: makeNetworkKey() })];
    const metrics = createMetrics(a);
    const giveUps: boolean[] = [];
    a.connections$.subscribe(({ gaveUp }) => giveUps.push(gaveUp));
    await Promise.all([a.start(), b.start(), stranger.start()]);
    const refused = expect(a.connect(network.addressOf(stranger))).rejects.toMatchObject({ code: 'ERR_NETWORK_KEY' });
    const connected = a.connect(network.addressOf(b));
    await clock.advanceAsync(3_000);
    await connected;
    await refused;
    a.handle('n', () => {
      throw new Error('mine');
    });
    await b.send(a.id, 'n', 1);
    await clock.advanceAsync(1_000);
    network.kill(b);
    await clock.advanceAsync(limits.backoff.giveUpMs + 60_000);
    const { values } = parseMetrics(await metrics.text());
    expect(values.get('lanpeer_connection_transitions_total{node="a",state="connected",reason="opened"}')).toBe(1);
    expect(values.get('lanpeer_connect_duration_seconds_count{node="a"}')).toBe(1);
    expect(values.get('lanpeer_connect_duration_seconds_sum{node="a"}')).toBeLessThan(1);
    expect(values.get('lanpeer_session_changes_total{node="a",change="opened"}')).toBe(1);
    expect(values.get('lanpeer_session_changes_total{node="a",change="ended"}')).toBe(1);
    expect(values.get('lanpeer_errors_total{node="a",code="ERR_HANDLER"}')).toBe(1);
    expect(values.get('lanpeer_connection_give_ups_total{node="a"}')).toBe(giveUps.filter(Boolean).length);
    expect(giveUps).toContain(true);
    metrics.stop();
    const stopped = Promise.all([a.stop(), b.stop(), stranger.stop()]);
    await clock.advanceAsync(20_000);
    await stopped;
  });

  it('follow the node over restarts, and count nothing twice', async () => {
    const { clock, network, a, b } = await startPairOnMemory();
    const metrics = createMetrics(a, { label: 'desk' });
    const opened = async (): Promise<number | undefined> =>
      parseMetrics(await metrics.text()).values.get(
        'lanpeer_connection_transitions_total{node="desk",state="connected",reason="opened"}',
      );
    for (const runs of [1, 2]) {
      const stopped = a.stop();
      await clock.advanceAsync(10_000);
      await stopped;
      await a.start();
      const connected = a.connect(network.addressOf(b));
      await clock.advanceAsync(5_000);
      await connected;
      expect(await opened()).toBe(runs);
    }
    metrics.stop();
  });

  it('name no peer unless they are asked to, and none that was forgotten', async () => {
    const { clock, nodes } = await startOnMemory(3);
    const [a, b, c] = nodes as [LanpeerNode, LanpeerNode, LanpeerNode];
    const plain = createMetrics(a);
    expect(await plain.text()).not.toContain(b.id);
    plain.stop();
    const metrics = createMetrics(a, { perPeer: true });
    const before = await metrics.text();
    expect([before.includes(b.id), before.includes(c.id)]).toEqual([true, true]);
    const left = a.disconnect(b.id);
    await clock.advanceAsync(5_000);
    await left;
    const after = await metrics.text();
    expect([after.includes(b.id), after.includes(c.id)]).toEqual([false, true]);
    metrics.stop();
  });

  it('have names as Prometheus wants them', async () => {
    const { a } = await startPairOnMemory();
    const metrics = createMetrics(a, { prefix: 'my_' });
    const { types } = parseMetrics(await metrics.text());
    for (const [name, type] of types) {
      expect(name).toMatch(/^my_[a-z_]+$/);
      expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
      if (type === 'histogram') expect(name).toMatch(/_seconds$/);
    }
    metrics.stop();
  });
});
