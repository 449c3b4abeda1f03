import { afterEach, describe, expect, it } from 'vitest';
import { ephemeralIdentity } from '../../../src/adapters/index.ts';
import { type ConnectionChange, type LanpeerNode, type Message, makeNetworkKey } from '../../../src/index.ts';
import { createMemoryNetwork, createVirtualClock } from '../../../src/testing/index.ts';

const access = { networkKey: makeNetworkKey() };

function setUp() {
  const clock = createVirtualClock();
  const network = createMemoryNetwork({ clock });
  const changes = new Map<LanpeerNode, ConnectionChange[]>();
  async function start(name: string, identity = ephemeralIdentity({ clock })): Promise<LanpeerNode> {
    const node = network.createNode({ name, access, identity });
    const seen: ConnectionChange[] = [];
    changes.set(node, seen);
    node.connections$.subscribe((change) => seen.push(change));
    stops.push(async () => {
      const stopped = node.stop();
      await clock.advanceAsync(10_000);
      await stopped;
    });
    await node.start();
    return node;
  }
  const last = (node: LanpeerNode): ConnectionChange | undefined => changes.get(node)?.at(-1);
  return { clock, network, start, last, changes };
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

describe('a network in memory', () => {
  it('has nodes that discover each other, connect and talk', async () => {
    const { clock, start, last } = setUp();
    const [anna, ben] = [await start('anna'), await start('ben')];
    const heard: Message[] = [];
    ben.handle('hello', (message) => heard.push(message));
    await clock.advanceAsync(1_000);
    expect([last(anna)?.state, last(ben)?.state]).toEqual(['connected', 'connected']);
    const receipt = await anna.send(ben.id, 'hello', { bytes: new Uint8Array([1, 2]) });
    await clock.advanceAsync(100);
    expect(await receipt.delivered).toBe('delivered');
    expect(heard).toMatchObject([{ senderId: anna.id, type: 'hello', data: { bytes: new Uint8Array([1, 2]) } }]);
  });

  it('notices a cut in seconds, and connects again after it', async () => {
    const { clock, network, start, last } = setUp();
    const [anna, ben] = [await start('anna'), await start('ben')];
    await clock.advanceAsync(1_000);
    network.cut(anna, ben);
    await clock.advanceAsync(12_000);
    expect([last(anna)?.state, last(ben)?.state]).not.toContain('connected');
    expect(last(anna)?.state).not.toBe('closed');
    network.heal(anna, ben);
    await clock.advanceAsync(35_000);
    expect([last(anna)?.state, last(ben)?.state]).toEqual(['connected', 'connected']);
  });

  it('replaces a link that breaks while signalling goes on', async () => {
    const { clock, network, start, last } = setUp();
    const [anna, ben] = [await start('anna'), await start('ben')];
    await clock.advanceAsync(1_000);
    const before = anna.stats().signallingSessions;
    network.dropLinks(anna, ben);
    await clock.advanceAsync(1_000);
    expect([last(anna)?.state, last(ben)?.state, before]).toEqual(['connected', 'connected', 1]);
    expect(network.open.links).toBe(2);
    network.drop(anna, ben);
    await clock.advanceAsync(2_000);
    expect([last(anna)?.state, last(ben)?.state]).toEqual(['connected', 'connected']);
    expect(network.open).toEqual({ links: 2, wires: 1 });
  });

  it('kills a node without a word, and takes its next run for the same device', async () => {
    const { clock, network, start, last, changes } = setUp();
    const anna = await start('anna');
    const identity = ephemeralIdentity({ clock });
    const ben = await start('ben', identity);
    await clock.advanceAsync(1_000);
    network.kill(ben);
    await clock.advanceAsync(1_000);
    expect(changes.get(anna)).toContainEqual(expect.objectContaining({ id: ben.id, state: 'failed', reason: 'gone' }));
    network.heal();
    await clock.advanceAsync(5_000);
    expect(last(anna)?.state).not.toBe('connected');
    const stopped = ben.stop();
    await clock.advanceAsync(10_000);
    await stopped;
    const again = await start('ben', identity);
    expect(again.id).toBe(ben.id);
    await clock.advanceAsync(3_000);
    expect(last(anna)).toMatchObject({ id: ben.id, state: 'connected' });
  });

  it('leaves nothing when its nodes have stopped', async () => {
    const { clock, network, start, last } = setUp();
    const [anna, ben] = [await start('anna'), await start('ben')];
    await clock.advanceAsync(1_000);
    const stopped = Promise.all([anna.stop(), ben.stop()]);
    await clock.advanceAsync(10_000);
    await stopped;
    expect(last(anna)?.state).toBe('closed');
    expect(network.open).toEqual({ links: 0, wires: 0 });
    expect(clock.pending).toBe(0);
  });

  it('refuses a stranger’s node, and a node of another network is an error of the caller', async () => {
    const { clock, network, start, last } = setUp();
    const anna = await start('anna');
    const stranger = network.createNode({
      name: 'stranger',
      access: { networkKey: makeNetworkKey() },
      discovery: false,
    });
    stops.push(() => stranger.stop());
    await stranger.start();
    const refused = stranger.connect(network.addressOf(anna)).catch((thrown: unknown) => thrown);
    await clock.advanceAsync(1_000);
    expect(await refused).toMatchObject({ code: 'ERR_NETWORK_KEY' });
    expect(last(anna)).toBeUndefined();
    expect(() => createMemoryNetwork().addressOf(anna)).toThrow(TypeError);
  });
});
