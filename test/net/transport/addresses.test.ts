import { afterEach, describe, expect, it } from 'vitest';
import { type Description, parseDescription } from '../../../src/adapters/transport/werift/description.ts';
import { LanpeerError } from '../../../src/errors.ts';
import { limits } from '../../../src/limits.ts';
import { type RecordedLink, recordLink } from '../../../src/testing/compliance/transport-pair.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { createStranger, tapDatagrams } from '../../support/transport/datagrams.ts';
import { loopback, weriftOnLoopback } from '../../support/transport/werift-pair.ts';

/** Addresses for documentation (RFC 5737): no host has them. */
const own = '192.0.2.5';
const remote = '192.0.2.1';

let untap = (): void => undefined;
let links: RecordedLink[] = [];

afterEach(async () => {
  untap();
  await Promise.all(links.map(({ link }) => link.close()));
  links = [];
});

function open(role: 'offerer' | 'answerer', remoteAddress: string, addresses: readonly string[]): RecordedLink {
  const link = recordLink(weriftOnLoopback({ addresses: () => addresses }), role, remoteAddress);
  links.push(link);
  return link;
}

async function offered(remoteAddress: string, addresses: readonly string[]): Promise<Description> {
  const link = open('offerer', remoteAddress, addresses);
  await link.when(() => link.bodies.length > 0);
  return parseDescription(link.bodies[0]);
}

describe('a link offers', () => {
  it.each([
    ['loopback alone to a peer on loopback', loopback, [own, loopback], [loopback]],
    ['what there is to a peer on loopback, when that is not loopback', loopback, [own], [own]],
    ['everything but loopback to any other peer', remote, [own, loopback, '127.0.0.9'], [own]],
    ['nothing to another peer, when there is loopback alone', remote, [loopback], []],
  ])('%s', async (_, remoteAddress, addresses, expected) => {
    const { candidates } = await offered(remoteAddress, addresses);
    expect(candidates.map(({ address }) => address)).toEqual(expected);
    expect(candidates.every(({ type }) => type === 'host')).toBe(true);
  });

  it('all its addresses, with a port of its own for each', async () => {
    const { candidates } = await offered(loopback, ['127.0.0.1', '127.0.0.2', '127.0.0.3']);
    expect(candidates.map(({ address }) => address).sort()).toEqual(['127.0.0.1', '127.0.0.2', '127.0.0.3']);
    expect(new Set(candidates.map(({ port }) => port)).size).toBe(3);
  });
});

describe('a link sends', () => {
  /** Where an answerer sends its first checks to, when the offer names a loopback address. */
  async function checked(remoteAddress: string): Promise<readonly number[]> {
    const stranger = await createStranger();
    const offer = await offered(loopback, [loopback]);
    const sent: number[] = [];
    const answerer = open('answerer', remoteAddress, [own, loopback]);
    let sending = (): void => undefined;
    const begun = new Promise<void>((resolve) => {
      sending = resolve;
    });
    untap = tapDatagrams(({ to }) => {
      sent.push(to);
      sending();
    });
    answerer.link.signal(offer);
    // With nowhere to send to it goes down at once.
    await answerer.when(() => answerer.count('negotiated') > 0 || answerer.error !== undefined);
    if (remoteAddress === loopback) await begun;
    // Whatever would be sent at once has been sent by now.
    await stranger.received();
    stranger.close();
    return sent;
  }

  it('to a loopback address that a peer on loopback names', async () => {
    expect(await checked(loopback)).not.toEqual([]);
  });

  it('few, and none to ports of system services, whatever a peer names', async () => {
    const offer = await offered(loopback, [loopback]);
    const [one] = offer.candidates;
    if (!one) throw new Error('nothing was offered');
    const strangers = await Promise.all(Array.from({ length: 13 }, createStranger));
    const ports = [53, 161, 389, ...strangers.map(({ port }) => port)];
    const answerer = open('answerer', loopback, [loopback]);
    const sent = new Set<number>();
    let sending = (): void => undefined;
    const begun = new Promise<void>((resolve) => {
      sending = resolve;
    });
    untap = tapDatagrams(({ to }) => {
      sent.add(to);
      if (sent.size >= limits.webrtc.candidates) sending();
    });
    answerer.link.signal({ ...offer, candidates: ports.map((port) => ({ ...one, port })) });
    await begun;
    // All checks begin at once: whatever would be sent has been sent by now.
    await strangers[0]?.received();
    for (const stranger of strangers) stranger.close();
    expect([...sent].sort()).toEqual(ports.slice(3, 3 + limits.webrtc.candidates).sort());
  });

  it('nothing to a loopback address that another peer names', async () => {
    expect(await checked(remote)).toEqual([]);
  });
});

describe('addresses that cannot be had', () => {
  it.each([
    [new LanpeerError('ERR_INTERFACE_UNKNOWN'), 'ERR_INTERFACE_UNKNOWN'],
    [new Error('no interfaces'), 'ERR_TRANSPORT'],
  ])('take the link down, not the caller: %s', async (thrown, code) => {
    const transport = weriftOnLoopback({
      addresses: () => {
        throw thrown;
      },
      clock: createManualClock(),
    });
    const link = recordLink(transport, 'offerer', loopback);
    expect(link.error).toBeUndefined();
    await link.when(() => link.error !== undefined);
    expect(link.error?.code).toBe(code);
    await link.link.close();
  });
});
