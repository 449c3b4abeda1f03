import { describe, expect, it } from 'vitest';
import { leafOf, outerEdge, pathsOf } from '../../../src/inspector/model/values.ts';

describe('values of states', () => {
  it('name every state that is active', () => {
    expect(pathsOf('new')).toEqual(['new']);
    expect(pathsOf({ connected: { suspect: 'silent' } })).toEqual([
      'connected',
      'connected.suspect',
      'connected.suspect.silent',
    ]);
    expect(leafOf({ failed: 'waiting' })).toBe('failed.waiting');
  });

  it('map edges to those of the chart without sub-states', () => {
    const edge = { from: 'connected.suspect', to: 'failed', label: 'link.down [isSilentLink]' };
    expect(outerEdge(edge)).toEqual({ from: 'connected', to: 'failed', label: 'link.down' });
    expect(outerEdge({ from: '', to: 'closed', label: 'close' })).toEqual({ from: '', to: 'closed', label: 'close' });
    expect(outerEdge({ from: 'failed.waiting', to: 'failed.gaveUp', label: 'always' })).toBeNull();
  });
});
