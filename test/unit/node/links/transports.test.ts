import { describe, expect, it } from 'vitest';
import { setUpTransports, viaOf } from '../../../support/transports.ts';

describe('where WebRTC does not pass', () => {
  it('a connection is open over TLS all the same, and WebRTC takes over when it passes again', async () => {
    const { clock, network, one, other, send, expectAll, vias, start } = await setUpTransports();
    await start();
    network.blockWebrtc(one.node, other.node);
    await clock.advanceAsync(1_000);
    for (const side of [one, other]) expect(vias(side)).toEqual(['tls']);
    expect(await viaOf(one.node, other.node.id)).toBe('tls');
    await send(400, 100);
    for (const side of [one, other]) expect(vias(side)).toEqual(['tls']);
    network.heal();
    await send(900, 100);
    for (const side of [one, other]) {
      expect(vias(side)).toEqual(['tls', 'webrtc']);
      expect(side.changes.at(-1)).toMatchObject({ state: 'connected', previous: 'connected', reason: 'upgraded' });
    }
    expectAll();
  });

  it('it is not tried without end: less and less often', async () => {
    const { clock, network, one, other, start } = await setUpTransports();
    await start();
    network.blockWebrtc(one.node, other.node);
    await clock.advanceAsync(120_000);
    let most = 0;
    let opened = 0;
    for (let ms = 0; ms < 600_000; ms += 500) {
      await clock.advanceAsync(500);
      if (network.open.links > most) opened += 1;
      most = network.open.links;
    }
    // Two ends a try; a try about every half minute.
    expect(opened).toBeGreaterThan(5);
    expect(opened).toBeLessThan(60);
    expect([...one.changes, ...other.changes].filter(({ state }) => state === 'failed')).toEqual([]);
  });

  it('a link that falls silent is replaced by TLS after five seconds, and the peer never leaves', async () => {
    const { clock, network, one, other, send, expectAll, vias, lost, start } = await setUpTransports();
    await start();
    await clock.advanceAsync(1_000);
    expect(vias(one)).toEqual(['tls', 'webrtc']);
    network.blockWebrtc(one.node, other.node);
    await send(52, 100);
    for (const side of [one, other]) {
      expect(vias(side)).toEqual(['tls', 'webrtc', 'tls']);
      expect(side.changes.at(-1)).toMatchObject({ state: 'connected', previous: 'connected', reason: 'fallback' });
    }
    network.heal();
    await send(900, 100);
    expect(vias(one)).toEqual(['tls', 'webrtc', 'tls', 'webrtc']);
    expect(lost()).toEqual([]);
    expectAll();
  });

  it('a link that breaks while its session lives is replaced by TLS at once, and the peer never leaves', async () => {
    const { clock, network, one, other, send, expectAll, vias, lost, start } = await setUpTransports();
    await start();
    await clock.advanceAsync(1_000);
    for (let cut = 1; cut <= 5; cut += 1) {
      network.dropLinks(one.node, other.node);
      await send(3, 5);
      for (const side of [one, other]) expect(vias(side).slice(2 * cut - 1)).toEqual(['webrtc', 'tls']);
      await send(100, 100);
      for (const side of [one, other]) expect(vias(side).at(-1)).toBe('webrtc');
    }
    expect(lost()).toEqual([]);
    expectAll();
  });

  it('a node that allows only WebRTC says that no link comes up', async () => {
    const { clock, network, one, other, start } = await setUpTransports(['webrtc']);
    await start();
    network.blockWebrtc(one.node, other.node);
    await clock.advanceAsync(30_000);
    expect([...one.changes, ...other.changes].filter(({ state }) => state === 'connected')).toEqual([]);
    expect(one.changes.find(({ state }) => state === 'failed')).toMatchObject({ code: expect.any(String) });
    expect([...one.changes, ...other.changes].map(({ reason }) => reason)).toContain('stalled');
  });
});

describe('the option `transports`', () => {
  it('["tls"] connects over TLS alone', async () => {
    const { clock, one, other, send, expectAll, vias, start } = await setUpTransports(['tls']);
    await start();
    await clock.advanceAsync(1_000);
    await send(50, 10);
    await clock.advanceAsync(60_000);
    for (const side of [one, other]) expect(vias(side)).toEqual(['tls']);
    expectAll();
  });

  it('that name one in common connect over that, whichever side offers', async () => {
    for (const [first, second] of [
      [['webrtc', 'tls'], ['tls']],
      [['tls'], ['webrtc', 'tls']],
    ] as const) {
      const { clock, one, other, send, expectAll, vias, start } = await setUpTransports(first, second);
      await start();
      await clock.advanceAsync(3_000);
      await send(50, 10);
      await clock.advanceAsync(60_000);
      expectAll();
      for (const side of [one, other]) expect(new Set(vias(side))).toEqual(new Set(['tls']));
    }
  });

  it('of a peer without TLS lead to WebRTC at once', async () => {
    for (const [first, second] of [
      [['webrtc', 'tls'], ['webrtc']],
      [['webrtc'], ['webrtc', 'tls']],
    ] as const) {
      const { clock, one, other, send, expectAll, vias, lost, start } = await setUpTransports(first, second);
      await start();
      await clock.advanceAsync(1_000);
      for (const side of [one, other]) expect(vias(side)).toEqual(['webrtc']);
      await send(50, 10);
      await clock.advanceAsync(60_000);
      for (const side of [one, other]) expect(vias(side)).toEqual(['webrtc']);
      expect(lost()).toEqual([]);
      expectAll();
    }
  });

  it('that have nothing in common do not connect, and say so', async () => {
    const { clock, one, other, start } = await setUpTransports(['webrtc'], ['tls']);
    await start();
    await clock.advanceAsync(20_000);
    expect([...one.changes, ...other.changes].filter(({ state }) => state === 'connected')).toEqual([]);
    expect([...one.changes, ...other.changes].map(({ reason }) => reason)).toContain('stalled');
  });

  it.each([[[]], [['tls', 'tls']], [['quic']]])('%j is refused', async (transports) => {
    await expect(setUpTransports(transports as never)).rejects.toMatchObject({ code: 'ERR_OPTION' });
  });
});

it('a link over TLS that breaks with its session is set up again, and nothing is lost', async () => {
  const { clock, network, one, other, send, expectAll, vias, start } = await setUpTransports(['tls']);
  await start();
  await clock.advanceAsync(1_000);
  for (let cut = 0; cut < 10; cut += 1) {
    await send(20, 7);
    network.drop(one.node, other.node);
    await send(20, 30);
    await clock.advanceAsync(2_000);
  }
  expect(vias(one).length).toBeGreaterThan(10);
  expectAll();
});
