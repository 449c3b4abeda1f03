import { describe, expect, it } from 'vitest';
import {
  chooseSignalling,
  chooseTransport,
  hasLostOurLink,
  isCurrentIncarnation,
  planLink,
  relateToLink,
} from '../../../../../src/machines/connection/policy/offer.ts';
import { incarnations } from '../../../../../src/testing/model/connection-samples.ts';
import { contextWith } from '../../../../support/connection-context.ts';
import { fact, link } from '../../../../support/signalling-facts.ts';

const { first, newer, copy } = incarnations;

describe('chooseSignalling', () => {
  it('has nothing to choose without a session', () => {
    expect(chooseSignalling([])).toBeUndefined();
  });

  it('takes the newest run of the peer, wherever it stands', () => {
    expect(chooseSignalling([fact('s1', { incarnation: newer }), fact('s2'), fact('s3')])?.key).toBe('s1');
    expect(chooseSignalling([fact('s1'), fact('s2', { incarnation: newer })])?.key).toBe('s2');
  });

  it('takes the session opened last among those of one run, and of runs with one counter', () => {
    expect(chooseSignalling([fact('s1'), fact('s2')])?.key).toBe('s2');
    expect(chooseSignalling([fact('s1'), fact('s2', { incarnation: copy })])?.key).toBe('s1');
    expect(chooseSignalling([fact('s2', { incarnation: copy }), fact('s1')])?.key).toBe('s1');
  });
});

describe('planLink of the lower id', () => {
  it('has no plan without a session', () => {
    expect(planLink(contextWith({ signalling: [] }))).toBeUndefined();
  });

  it('gives a new generation on the chosen session', () => {
    const plan = planLink(
      contextWith({ signalling: [fact('s1'), fact('s2', { incarnation: newer })], negotiation: { generation: 7 } }),
    );
    expect(plan).toEqual({ generation: 8, signalling: 's2', incarnation: newer, via: 'webrtc' });
  });

  it('takes time as the floor, so that generations grow over the connections of one run', () => {
    const signalling = [fact('s1')];
    expect(
      planLink(contextWith({ signalling, negotiation: { generation: 7 } }, { monotonic: 1_000 }))?.generation,
    ).toBe(1_001);
    expect(
      planLink(contextWith({ signalling, negotiation: { generation: 2_000 } }, { monotonic: 1_000 }))?.generation,
    ).toBe(2_001);
  });

  it('does not heed an offer', () => {
    const offer = { key: 's1', generation: 99, via: 'tls' } as const;
    expect(planLink(contextWith({ signalling: [fact('s1')], negotiation: { offer, generation: 7 } }))).toMatchObject({
      generation: 8,
      via: 'webrtc',
    });
  });
});

describe('planLink of the higher id', () => {
  const offer = { key: 's2', generation: 99, via: 'tls' } as const;

  it('waits without an offer', () => {
    expect(planLink(contextWith({ signalling: [fact('s1')] }, { offers: false }))).toBeUndefined();
  });

  it('takes what was offered: generation, transport and session', () => {
    const context = contextWith(
      { signalling: [fact('s2', { incarnation: newer }), fact('s3')], negotiation: { offer } },
      { offers: false },
    );
    expect(planLink(context)).toEqual({ generation: 99, signalling: 's2', incarnation: newer, via: 'tls' });
  });

  it('passes over an offer whose session is gone', () => {
    expect(
      planLink(contextWith({ signalling: [fact('s1')], negotiation: { offer } }, { offers: false })),
    ).toBeUndefined();
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

describe('hasLostOurLink', () => {
  it('is shown by a greeting without the link in answer to one that named it', () => {
    expect(hasLostOurLink(contextWith({ link }), fact('s2', { remoteGeneration: 0, localGeneration: 7 }))).toBe(true);
    expect(hasLostOurLink(contextWith({ link }), fact('s2', { remoteGeneration: 6, localGeneration: 7 }))).toBe(true);
  });

  it('is not shown by a session that is older than the link: both dialed at one moment', () => {
    expect(hasLostOurLink(contextWith({ link }), fact('s2', { remoteGeneration: 0, localGeneration: 0 }))).toBe(false);
  });

  it('is not shown by an opener that names the link', () => {
    expect(hasLostOurLink(contextWith({ link }), fact('s2', { remoteGeneration: 7, localGeneration: 7 }))).toBe(false);
  });

  it('is a question about one run only, and one with a link', () => {
    expect(
      hasLostOurLink(
        contextWith({ link }),
        fact('s2', { remoteGeneration: 0, localGeneration: 7, incarnation: newer }),
      ),
    ).toBe(false);
    expect(hasLostOurLink(contextWith({}), fact('s2', { remoteGeneration: 0, localGeneration: 7 }))).toBe(false);
  });
});

describe('isCurrentIncarnation', () => {
  it('is the run that the link is with, or the newest that has a session', () => {
    expect(isCurrentIncarnation(contextWith({ link }), first)).toBe(true);
    expect(isCurrentIncarnation(contextWith({ link }), newer)).toBe(false);
    const signalling = [fact('s1', { incarnation: copy }), fact('s2', { incarnation: first })];
    expect(isCurrentIncarnation(contextWith({ signalling }), first)).toBe(true);
    expect(isCurrentIncarnation(contextWith({ signalling }), copy)).toBe(false);
    expect(isCurrentIncarnation(contextWith({}), copy)).toBe(true);
  });
});

describe('chooseTransport', () => {
  const transports = ['webrtc', 'tls'] as const;

  it('begins with TLS where that is allowed, and takes WebRTC where the other side declines it', () => {
    expect(chooseTransport(contextWith({ transports }), false)).toBe('tls');
    expect(chooseTransport(contextWith({ transports, negotiation: { declined: ['tls'] } }), false)).toBe('webrtc');
    expect(chooseTransport(contextWith({ transports: ['webrtc'] }), false)).toBe('webrtc');
    expect(chooseTransport(contextWith({ transports: ['tls'], negotiation: { declined: ['tls'] } }), false)).toBe(
      'tls',
    );
  });

  it('brings up the preferred one beside it, whatever failed before', () => {
    expect(chooseTransport(contextWith({ transports, negotiation: { declined: ['tls'] } }), true)).toBe('webrtc');
  });
});
