import { describe, expect, it } from 'vitest';
import { isFreshOffer } from '../../../../../src/machines/connection/policy/offer.ts';
import { incarnations } from '../../../../../src/testing/model/connection-samples.ts';
import { contextWith } from '../../../../support/connection-context.ts';
import { fact, link } from '../../../../support/signalling-facts.ts';

const { first, newer, copy } = incarnations;

describe('isFreshOffer', () => {
  const offer = { key: 's1', generation: 8, via: 'webrtc' } as const;
  const signalling = [fact('s1')];

  it('is never so for the lower id, which alone makes offers', () => {
    expect(isFreshOffer(contextWith({ signalling }), offer)).toBe(false);
  });

  it('needs the session to be open', () => {
    expect(isFreshOffer(contextWith({ signalling: [] }, { offers: false }), offer)).toBe(false);
  });

  it('takes any generation before the first link', () => {
    expect(isFreshOffer(contextWith({ signalling }, { offers: false }), { ...offer, generation: 1 })).toBe(true);
  });

  it.each([{ link }, { link: null }])(
    'takes only newer generations of the run that the link is, or was, with',
    (now) => {
      const held = { signalling, ...now, negotiation: { generation: 7, incarnation: first } };
      expect(isFreshOffer(contextWith(held, { offers: false }), offer)).toBe(true);
      expect(isFreshOffer(contextWith(held, { offers: false }), { ...offer, generation: 7 })).toBe(false);
      expect(isFreshOffer(contextWith(held, { offers: false }), { ...offer, generation: 6 })).toBe(false);
    },
  );

  it('measures against the link that is being set up, if there is one', () => {
    const replacement = { ...link, no: 2, generation: 9 };
    const context = contextWith(
      { signalling, link, replacement, negotiation: { generation: 9, incarnation: first } },
      { offers: false },
    );
    expect(isFreshOffer(context, offer)).toBe(false);
    expect(isFreshOffer(context, { ...offer, generation: 10 })).toBe(true);
  });

  it('compares no generations over runs of the peer', () => {
    const held = {
      signalling: [fact('s1', { incarnation: newer })],
      link,
      negotiation: { generation: 7, incarnation: first },
    };
    expect(isFreshOffer(contextWith(held, { offers: false }), { ...offer, generation: 1 })).toBe(true);
  });

  it('is not taken from a copy of the peer while a newer one has a session', () => {
    const both = {
      signalling: [fact('s1', { incarnation: copy }), fact('s2', { incarnation: first })],
      negotiation: { incarnation: first },
    };
    expect(isFreshOffer(contextWith(both, { offers: false }), { ...offer, generation: 9 })).toBe(false);
    const alone = { ...both, signalling: [fact('s1', { incarnation: copy })] };
    expect(isFreshOffer(contextWith(alone, { offers: false }), { ...offer, generation: 9 })).toBe(true);
  });

  it('takes no generation twice on one session, also when another run had a link in between', () => {
    const held = { signalling: [fact('s1', { offered: 8 })], negotiation: { generation: 3, incarnation: copy } };
    expect(isFreshOffer(contextWith(held, { offers: false }), offer)).toBe(false);
    expect(isFreshOffer(contextWith(held, { offers: false }), { ...offer, generation: 9 })).toBe(true);
  });
});
