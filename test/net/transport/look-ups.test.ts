import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { isIP } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { closePair, openPair, recordLink } from '../../../src/testing/compliance/transport-pair.ts';
import { tapDatagrams } from '../../support/transport/datagrams.ts';
import { loopback, weriftOnLoopback, weriftPair } from '../../support/transport/werift-pair.ts';

const asked: string[] = [];
const abroad: unknown[] = [];
let untap = (): void => undefined;

beforeEach(() => {
  asked.length = 0;
  const lookUp = dns.lookup;
  vi.spyOn(dns.promises, 'lookup').mockImplementation((name) => {
    asked.push(name);
    return Promise.reject(new Error('no look-ups here'));
  });
  // Sockets look up addresses too, which needs no server.
  vi.spyOn(dns, 'lookup').mockImplementation(((name: string, ...rest: unknown[]) => {
    if (isIP(name) === 0) asked.push(name);
    else Reflect.apply(lookUp, dns, [name, ...rest]);
  }) as typeof dns.lookup);
  syncBuiltinESMExports();
});

afterEach(() => {
  untap();
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

describe('no name is looked up', () => {
  it('when no server is configured: no name is looked up and no datagram leaves for one', async () => {
    const ends = await openPair(weriftPair());
    await closePair(ends);
    expect(asked).toEqual([]);
    expect(abroad).toEqual([]);
  });

  it('but the TURN server, when only one of those is configured', async () => {
    let reached = (): void => undefined;
    const turned = new Promise<void>((resolve) => {
      reached = resolve;
    });
    untap = tapDatagrams(({ to, pass }) => (to === 9 ? reached() : pass()));
    const iceServers = [{ urls: `turn:${loopback}:9`, username: 'user', credential: 'secret' }];
    const link = recordLink(weriftOnLoopback({ iceServers }), 'offerer', loopback);
    await turned;
    expect(asked).toEqual([]);
    await link.link.close();
  });

  it('but the STUN server that is configured', async () => {
    let reached = (): void => undefined;
    const stunned = new Promise<void>((resolve) => {
      reached = resolve;
    });
    untap = tapDatagrams(({ to, pass }) => (to === 9 ? reached() : pass()));
    const iceServers = [{ urls: `stun:${loopback}:9` }];
    const link = recordLink(weriftOnLoopback({ iceServers }), 'offerer', loopback);
    await stunned;
    expect(asked.filter((name) => isIP(name) === 0)).toEqual([]);
    await link.link.close();
  });
});
