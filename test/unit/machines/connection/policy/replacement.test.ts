import { describe, expect, it } from 'vitest';
import type { LinkFact } from '../../../../../src/machines/connection/context.ts';
import { canUpgrade } from '../../../../../src/machines/connection/policy/replacement.ts';
import { incarnations } from '../../../../../src/testing/model/connection-samples.ts';
import { contextWith } from '../../../../support/connection-context.ts';

const link: LinkFact = { no: 1, generation: 7, signalling: 's1', incarnation: incarnations.first, via: 'webrtc' };

describe('canUpgrade', () => {
  const transports = ['webrtc', 'tls'] as const;

  it('only with the lower id, a link, that over another transport, and nothing under way', () => {
    const over = (via: 'webrtc' | 'tls', offers = true) =>
      canUpgrade(contextWith({ transports, link: { ...link, via } }, { offers }));
    expect([over('tls'), over('webrtc'), over('tls', false)]).toEqual([true, false, false]);
    expect(canUpgrade(contextWith({ transports }))).toBe(false);
    expect(canUpgrade(contextWith({ transports, link: { ...link, via: 'tls' }, replacement: link }))).toBe(false);
    expect(canUpgrade(contextWith({ transports: ['tls'], link: { ...link, via: 'tls' } }))).toBe(false);
  });
});
