import type { LinkFact } from '../../src/machines/connection/context.ts';
import type { SignallingFact } from '../../src/machines/connection/events.ts';
import { incarnations } from '../../src/testing/model/connection-samples.ts';

const { first } = incarnations;

export const fact = (key: string, some: Partial<SignallingFact> = {}): SignallingFact => ({
  key,
  opener: 'remote',
  incarnation: first,
  remoteGeneration: 0,
  localGeneration: 0,
  ...some,
});

export const link: LinkFact = { no: 1, generation: 7, signalling: 's1', incarnation: first, via: 'webrtc' };
