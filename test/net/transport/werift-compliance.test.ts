import { describe, it } from 'vitest';
import { transportCompliance } from '../../../src/testing/compliance/transport.ts';
import { weriftPair } from '../../support/transport/werift-pair.ts';

describe('WebRTC transport', () => {
  it.each(transportCompliance)('$name', ({ run }) => run(() => weriftPair()));
});
