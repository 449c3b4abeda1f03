import { describe, expect, it } from 'vitest';
import type { LinkFact } from '../../../../../src/machines/connection/context.ts';
import { couldUpgrade } from '../../../../../src/machines/connection/policy/succession.ts';
import { incarnations } from '../../../../../src/testing/model/connection-samples.ts';
import { contextWith } from '../../../../support/connection-context.ts';

const link: LinkFact = { no: 1, generation: 7, signalling: 's1', incarnation: incarnations.first, via: 'webrtc' };

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
