import { describe, expect, it } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { OwnPresenceStore } from '../../../../src/node/presence/own-presence.ts';
import { codeOf } from '../../../support/code-of.ts';
import { createManualClock } from '../../../support/manual-clock.ts';

const { everyMs, groups: most } = limits.presence;

function setUp({ linked = true } = {}) {
  const clock = createManualClock();
  const said: string[][] = [];
  const own = new OwnPresenceStore(null, {
    clock,
    say() {
      said.push([...own.said.groups]);
      return linked;
    },
  });
  return { clock, own, said };
}

describe('what a node says of itself', () => {
  it('is said at once, and then the newest once in a while', () => {
    const { clock, own, said } = setUp();
    own.join('a');
    own.join('b');
    own.leave('a');
    own.join('c');
    expect(said).toEqual([['a']]);
    expect([...own.groups]).toEqual(['b', 'c']);
    clock.fire(everyMs);
    expect(said).toEqual([['a'], ['b', 'c']]);
    clock.fire(everyMs);
    expect(said).toHaveLength(2);
    expect(clock.armed).toEqual([]);
  });

  it('when no peer is there, needs no timer', () => {
    const { clock, own, said } = setUp({ linked: false });
    own.join('a');
    own.setProperties(new Uint8Array(1));
    expect(clock.armed).toEqual([]);
    expect(said).toHaveLength(2);
  });

  it('when the node stops, needs no timer any more', () => {
    const { clock, own } = setUp();
    own.join('a');
    own.join('b');
    own.stop();
    expect(clock.armed).toEqual([]);
    expect([...own.said.groups]).toEqual(['a', 'b']);
  });

  it('when a group was joined twice, has left it when both have left it', () => {
    const { own } = setUp();
    own.join('a');
    own.join('a');
    own.leave('a');
    expect([...own.groups]).toEqual(['a']);
    own.leave('a');
    own.leave('a');
    expect([...own.groups]).toEqual([]);
  });

  it('has so many groups at most', () => {
    const { own } = setUp();
    for (let no = 0; no < most; no += 1) own.join(`${no}`);
    expect(codeOf(() => own.join('one more'))).toBe('ERR_GROUP_LIMIT');
    own.join('0');
    own.leave('1');
    own.join('one more');
    expect(own.groups.size).toBe(most);
  });
});
