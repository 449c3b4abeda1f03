import { describe, expect, it } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import {
  chooseSignalling,
  crashesInALoop,
  defaultConnectionPolicy,
  isFreshOffer,
  lacksOurLink,
  planLink,
  planVia,
  relateToLink,
  retryDelay,
  shouldGiveUp,
  speaksForPeer,
  takesHint,
} from '../../../../src/machines/connection/policy.ts';
import { couldUpgrade } from '../../../../src/machines/connection/succession.ts';
import type { ConnectionContext, LinkFact, SignallingFact } from '../../../../src/machines/connection/types.ts';
import { createConnectionRig } from '../../../../src/testing/model/connection-rig.ts';
import { instances } from '../../../../src/testing/model/connection-samples.ts';
import { createVirtualClock } from '../../../../src/testing/virtual-clock.ts';

const { first, newer, copy } = instances;

const fact = (key: string, some: Partial<SignallingFact> = {}): SignallingFact => ({
  key,
  opener: 'remote',
  instance: first,
  held: 0,
  told: 0,
  ...some,
});

const link: LinkFact = { no: 1, epoch: 7, signalling: 's1', instance: first, via: 'webrtc' };

interface World {
  readonly offers?: boolean;
  readonly monotonic?: number;
  readonly random?: number;
}

/** The context of a new connection, with these facts in it. */
function contextWith(facts: Partial<ConnectionContext>, world: World = {}): ConnectionContext {
  const { offers = true, monotonic = 0, random = 0.5 } = world;
  const clock = createVirtualClock();
  clock.advance(monotonic);
  return { ...createConnectionRig({ offers, clock, random: () => random }).context, ...facts };
}

describe('defaultConnectionPolicy', () => {
  it('has the times of limits.ts', () => {
    expect(defaultConnectionPolicy).toMatchObject({
      connectMs: 15_000,
      stallMs: 3_000,
      epochsPerAttempt: 6,
      headStartMs: [400, 800],
      contestMs: 2_000,
      goneMs: 300,
      backoff: { baseMs: 250, capMs: 30_000, resumeCapMs: 1_000 },
    });
  });
});

describe('chooseSignalling', () => {
  it('has nothing to choose without a session', () => {
    expect(chooseSignalling([])).toBeUndefined();
  });

  it('takes the newest run of the peer, wherever it stands', () => {
    expect(chooseSignalling([fact('s1', { instance: newer }), fact('s2'), fact('s3')])?.key).toBe('s1');
    expect(chooseSignalling([fact('s1'), fact('s2', { instance: newer })])?.key).toBe('s2');
  });

  it('takes the session opened last among those of one run, and of runs with one counter', () => {
    expect(chooseSignalling([fact('s1'), fact('s2')])?.key).toBe('s2');
    expect(chooseSignalling([fact('s1'), fact('s2', { instance: copy })])?.key).toBe('s1');
    expect(chooseSignalling([fact('s2', { instance: copy }), fact('s1')])?.key).toBe('s1');
  });
});

describe('planLink of the lower id', () => {
  it('has no plan without a session', () => {
    expect(planLink(contextWith({ signalling: [] }))).toBeUndefined();
  });

  it('gives a new epoch on the chosen session', () => {
    const plan = planLink(contextWith({ signalling: [fact('s1'), fact('s2', { instance: newer })], epoch: 7 }));
    expect(plan).toEqual({ epoch: 8, signalling: 's2', instance: newer, via: 'webrtc' });
  });

  it('takes time as the floor, so that epochs grow over the connections of one run', () => {
    const signalling = [fact('s1')];
    expect(planLink(contextWith({ signalling, epoch: 7 }, { monotonic: 1_000 }))?.epoch).toBe(1_001);
    expect(planLink(contextWith({ signalling, epoch: 2_000 }, { monotonic: 1_000 }))?.epoch).toBe(2_001);
  });

  it('does not heed an offer', () => {
    const offer = { key: 's1', epoch: 99, via: 'tls' } as const;
    expect(planLink(contextWith({ signalling: [fact('s1')], offer, epoch: 7 }))).toMatchObject({
      epoch: 8,
      via: 'webrtc',
    });
  });
});

describe('planLink of the higher id', () => {
  const offer = { key: 's2', epoch: 99, via: 'tls' } as const;

  it('waits without an offer', () => {
    expect(planLink(contextWith({ signalling: [fact('s1')] }, { offers: false }))).toBeUndefined();
  });

  it('takes what was offered: epoch, transport and session', () => {
    const context = contextWith(
      { signalling: [fact('s2', { instance: newer }), fact('s3')], offer },
      { offers: false },
    );
    expect(planLink(context)).toEqual({ epoch: 99, signalling: 's2', instance: newer, via: 'tls' });
  });

  it('passes over an offer whose session is gone', () => {
    expect(planLink(contextWith({ signalling: [fact('s1')], offer }, { offers: false }))).toBeUndefined();
  });
});

describe('isFreshOffer', () => {
  const offer = { key: 's1', epoch: 8, via: 'webrtc' } as const;
  const signalling = [fact('s1')];

  it('is never so for the lower id, which alone makes offers', () => {
    expect(isFreshOffer(contextWith({ signalling }), offer)).toBe(false);
  });

  it('needs the session to be open', () => {
    expect(isFreshOffer(contextWith({ signalling: [] }, { offers: false }), offer)).toBe(false);
  });

  it('takes any epoch before the first link', () => {
    expect(isFreshOffer(contextWith({ signalling }, { offers: false }), { ...offer, epoch: 1 })).toBe(true);
  });

  it.each([{ link }, { link: null }])('takes only newer epochs of the run that the link is, or was, with', (now) => {
    const held = { signalling, ...now, epoch: 7, linkedTo: first };
    expect(isFreshOffer(contextWith(held, { offers: false }), offer)).toBe(true);
    expect(isFreshOffer(contextWith(held, { offers: false }), { ...offer, epoch: 7 })).toBe(false);
    expect(isFreshOffer(contextWith(held, { offers: false }), { ...offer, epoch: 6 })).toBe(false);
  });

  it('measures against the link that is being set up, if there is one', () => {
    const successor = { ...link, no: 2, epoch: 9 };
    const context = contextWith({ signalling, link, successor, epoch: 9, linkedTo: first }, { offers: false });
    expect(isFreshOffer(context, offer)).toBe(false);
    expect(isFreshOffer(context, { ...offer, epoch: 10 })).toBe(true);
  });

  it('compares no epochs over runs of the peer', () => {
    const held = { signalling: [fact('s1', { instance: newer })], link, epoch: 7, linkedTo: first };
    expect(isFreshOffer(contextWith(held, { offers: false }), { ...offer, epoch: 1 })).toBe(true);
  });

  it('is not taken from a copy of the peer while a newer one has a session', () => {
    const both = { signalling: [fact('s1', { instance: copy }), fact('s2', { instance: first })], linkedTo: first };
    expect(isFreshOffer(contextWith(both, { offers: false }), { ...offer, epoch: 9 })).toBe(false);
    const alone = { ...both, signalling: [fact('s1', { instance: copy })] };
    expect(isFreshOffer(contextWith(alone, { offers: false }), { ...offer, epoch: 9 })).toBe(true);
  });

  it('takes no epoch twice on one session, whoever had a link in between', () => {
    const held = { signalling: [fact('s1', { offered: 8 })], epoch: 3, linkedTo: copy };
    expect(isFreshOffer(contextWith(held, { offers: false }), offer)).toBe(false);
    expect(isFreshOffer(contextWith(held, { offers: false }), { ...offer, epoch: 9 })).toBe(true);
  });
});

describe('relateToLink', () => {
  it('tells runs of the peer apart', () => {
    expect(relateToLink(contextWith({}), first)).toBe('none');
    const context = contextWith({ link });
    expect(relateToLink(context, first)).toBe('same');
    expect(relateToLink(context, newer)).toBe('newer');
    expect(relateToLink(context, copy)).toBe('older');
    expect(relateToLink(context, { counter: 4, random: newer.random })).toBe('older');
  });
});

describe('lacksOurLink', () => {
  it('is shown by a greeting without the link in answer to one that named it', () => {
    expect(lacksOurLink(contextWith({ link }), fact('s2', { held: 0, told: 7 }))).toBe(true);
    expect(lacksOurLink(contextWith({ link }), fact('s2', { held: 6, told: 7 }))).toBe(true);
  });

  it('is not shown by a session that is older than the link: both dialed at one moment', () => {
    expect(lacksOurLink(contextWith({ link }), fact('s2', { held: 0, told: 0 }))).toBe(false);
  });

  it('is not shown by an opener that names the link', () => {
    expect(lacksOurLink(contextWith({ link }), fact('s2', { held: 7, told: 7 }))).toBe(false);
  });

  it('is a question about one run only, and one with a link', () => {
    expect(lacksOurLink(contextWith({ link }), fact('s2', { held: 0, told: 7, instance: newer }))).toBe(false);
    expect(lacksOurLink(contextWith({}), fact('s2', { held: 0, told: 7 }))).toBe(false);
  });
});

describe('retryDelay', () => {
  const random = 0.5;

  it('is the back-off of the attempt', () => {
    expect(retryDelay(contextWith({ reason: 'unreachable', attempt: 3 }, { random }))).toBe(500);
    expect(retryDelay(contextWith({ reason: 'unreachable', attempt: 20 }, { random }))).toBe(15_000);
  });

  it('has a cap that grows with the outage for 5 minutes after a link was up, and no longer', () => {
    const lost = { reason: 'unreachable', attempt: 20, upUntil: 1_000 } as const;
    const afterOutage = (ms: number): number => retryDelay(contextWith(lost, { random, monotonic: 1_000 + ms }));
    expect([0, 8_000, 16_000, 80_000].map(afterOutage)).toEqual([500, 500, 1_000, 5_000]);
    const { resumeMs } = limits.backoff;
    expect([afterOutage(resumeMs - 1), afterOutage(resumeMs)]).toEqual([15_000, 15_000]);
    const early = { ...lost, attempt: 2 };
    expect(retryDelay(contextWith(early, { random, monotonic: 200_000 }))).toBe(250);
  });

  it('is about a minute for a device that is heard, once the back-off has grown to its cap and a minute is over', () => {
    const heard = { reason: 'unreachable', attempt: 8, announcedAt: 1_000, failingSince: 0 } as const;
    const monotonic = 1_000 + limits.discovery.silentMs - 1;
    const delay = (some: Partial<ConnectionContext>, at = monotonic, chance = random): number =>
      retryDelay(contextWith({ ...heard, ...some }, { random: chance, monotonic: at }));
    expect([delay({}, monotonic, 0), delay({}), delay({}, monotonic, 0.999_999)]).toEqual([45_000, 60_000, 75_000]);
    expect(delay({ attempt: 7 })).toBe(8_000);
    expect(delay({ failingSince: monotonic - limits.backoff.heardRetryMs })).toBe(60_000);
    expect(delay({ failingSince: monotonic - limits.backoff.heardRetryMs + 1 })).toBe(15_000);
    expect(delay({}, monotonic + 1)).toBe(15_000);
    expect(delay({ announcedAt: null })).toBe(15_000);
    // What waits to be resumed is tried more often.
    expect(delay({ upUntil: monotonic - 80_000 })).toBe(5_000);
  });

  it('is nothing after news that came while the attempt was under way', () => {
    expect(retryDelay(contextWith({ reason: 'denied', attempt: 20, news: 'fresh' }, { random }))).toBe(0);
    expect(retryDelay(contextWith({ reason: 'denied', attempt: 20, news: 'back' }, { random }))).toBe(0);
  });

  it('is not resumed quickly by a run that a newer copy has superseded', () => {
    const lost = { reason: 'superseded', attempt: 20, upUntil: 1_000 } as const;
    expect(retryDelay(contextWith(lost, { random, monotonic: 1_000 }))).toBe(15_000);
  });

  it('is nothing when another run of the peer has proven itself', () => {
    expect(retryDelay(contextWith({ reason: 'restarted', attempt: 20 }, { random }))).toBe(0);
    expect(retryDelay(contextWith({ reason: 'contested', attempt: 20 }, { random }))).toBe(0);
  });
});

describe('speaksForPeer', () => {
  it('is the run that the link is with, or the newest that has a session', () => {
    expect(speaksForPeer(contextWith({ link }), first)).toBe(true);
    expect(speaksForPeer(contextWith({ link }), newer)).toBe(false);
    const signalling = [fact('s1', { instance: copy }), fact('s2', { instance: first })];
    expect(speaksForPeer(contextWith({ signalling }), first)).toBe(true);
    expect(speaksForPeer(contextWith({ signalling }), copy)).toBe(false);
    expect(speaksForPeer(contextWith({}), copy)).toBe(true);
  });
});

describe('shouldGiveUp', () => {
  it('does so after ten minutes of failing, not before', () => {
    const failing = { failingSince: 5_000, attempt: 100 };
    const last = 5_000 + limits.backoff.giveUpMs - 1;
    expect(shouldGiveUp(contextWith(failing, { monotonic: last }))).toBe(false);
    expect(shouldGiveUp(contextWith(failing, { monotonic: last + 1 }))).toBe(true);
    expect(shouldGiveUp(contextWith({ ...failing, announcedAt: last }, { monotonic: last + 1 }))).toBe(false);
  });

  it('does not count time in which it did not fail', () => {
    expect(shouldGiveUp(contextWith({ failingSince: null }, { monotonic: limits.backoff.giveUpMs * 2 }))).toBe(false);
  });

  it('keeps to the number of attempts, where one is set', () => {
    const policy = { ...defaultConnectionPolicy, maxAttempts: 3 };
    expect(shouldGiveUp(contextWith({ policy, attempt: 2 }))).toBe(false);
    expect(shouldGiveUp(contextWith({ policy, attempt: 3 }))).toBe(true);
  });
});

describe('takesHint', () => {
  it('takes no sign of life that says what was known, unless the device was silent before', () => {
    expect(takesHint(contextWith({ reason: 'silent' }), { fresh: false })).toBe(false);
    expect(takesHint(contextWith({ reason: 'silent' }), { fresh: false, back: true })).toBe(true);
  });

  it('takes any where nothing more is tried', () => {
    const gaveUp = { state: 'failed', next: null, restarts: 9 } as const;
    expect(takesHint(contextWith(gaveUp), { fresh: false })).toBe(true);
    expect(takesHint(contextWith({ ...gaveUp, next: 1 }), { fresh: false })).toBe(false);
  });

  it('takes news at any time', () => {
    expect(takesHint(contextWith({ reason: 'silent', hintAt: 100 }, { monotonic: 101 }), { fresh: true })).toBe(true);
  });

  it('lets one who was refused wait, unless something changed', () => {
    expect(takesHint(contextWith({ reason: 'denied' }), { fresh: false })).toBe(false);
    expect(takesHint(contextWith({ reason: 'denied' }), { fresh: true })).toBe(true);
  });
});

describe('planVia', () => {
  const transports = ['webrtc', 'tls'] as const;

  it('begins with TLS where that is allowed, and takes WebRTC where the other side declines it', () => {
    expect(planVia(contextWith({ transports }), false)).toBe('tls');
    expect(planVia(contextWith({ transports, declined: ['tls'] }), false)).toBe('webrtc');
    expect(planVia(contextWith({ transports: ['webrtc'] }), false)).toBe('webrtc');
    expect(planVia(contextWith({ transports: ['tls'], declined: ['tls'] }), false)).toBe('tls');
  });

  it('brings up the preferred one beside it, whatever failed before', () => {
    expect(planVia(contextWith({ transports, declined: ['tls'] }), true)).toBe('webrtc');
  });
});

describe('couldUpgrade', () => {
  const transports = ['webrtc', 'tls'] as const;

  it('only with the lower id, a link, that over another transport, and nothing under way', () => {
    const over = (via: 'webrtc' | 'tls', offers = true) =>
      couldUpgrade(contextWith({ transports, link: { ...link, via } }, { offers }));
    expect([over('tls'), over('webrtc'), over('tls', false)]).toEqual([true, false, false]);
    expect(couldUpgrade(contextWith({ transports }))).toBe(false);
    expect(couldUpgrade(contextWith({ transports, link: { ...link, via: 'tls' }, successor: link }))).toBe(false);
    expect(couldUpgrade(contextWith({ transports: ['tls'], link: { ...link, via: 'tls' } }))).toBe(false);
  });
});

describe('a peer that crashes in a loop', () => {
  const policy = { ...defaultConnectionPolicy, crashes: 3 };

  it('is one with so many new instances and no stable link', () => {
    expect([2, 3].map((restarts) => crashesInALoop(contextWith({ policy, restarts })))).toEqual([false, true]);
  });

  it('waits, though a proven new instance is news otherwise, and though a session could be resumed', () => {
    const failed = { policy, reason: 'restarted', attempt: 6, upUntil: 0 } as const;
    const fate = { random: 0.999 };
    expect(retryDelay(contextWith({ ...failed, restarts: 2 }, fate))).toBe(0);
    expect(retryDelay(contextWith({ ...failed, restarts: 3 }, fate))).toBeGreaterThan(policy.backoff.resumeCapMs);
  });

  it('is hurried by a change of the network only', () => {
    const context = contextWith({ policy, restarts: 3 });
    expect(takesHint(context, { fresh: true })).toBe(false);
    expect(takesHint(context, { fresh: true, network: true })).toBe(true);
  });
});
