import { describe, expect, it } from 'vitest';
import { areSameFeatures, createFrameRules } from '../../../src/protocol/features.ts';
import { MessageSession } from '../../../src/protocol/message-session/message-session.ts';
import { createPool } from '../../../src/protocol/message-session/window.ts';
import { codeOf } from '../../support/code-of.ts';

describe('features', () => {
  it('rule no frame of the version itself, whatever the other side announced', () => {
    for (const remote of [[], ['later'], ['streams', 'groups']]) {
      const rules = createFrameRules({ remote });
      for (const kind of ['hello', 'ready', 'ping', 'pong', 'bye', 'begin', 'ack', 'whole', 'reference'] as const) {
        expect(rules.maySend(kind)).toBe(true);
        expect(codeOf(() => rules.check(kind))).toBeUndefined();
      }
    }
  });

  it('are the same in any order, and one more or less is a difference', () => {
    expect(areSameFeatures(['a', 'b'], ['b', 'a', 'a'])).toBe(true);
    expect(areSameFeatures([], [])).toBe(true);
    expect(areSameFeatures(['a'], ['a', 'b'])).toBe(false);
    expect(areSameFeatures(['a'], [])).toBe(false);
  });

  it('are fixed for a session of the other side: others in the same one are its fault, in a new one they are not', () => {
    let names = 0;
    const session = new MessageSession({
      makeId() {
        names += 1;
        return names.toString(16).padStart(16, '0');
      },
      maxMessageBytes: 1_000,
      pool: createPool(1_000),
      deliver: () => undefined,
      gap: () => undefined,
      progress: () => undefined,
      expect: () => undefined,
      arrive: () => undefined,
      refused: () => undefined,
    });
    const hello = { stream: null, resumable: true, maxMessageBytes: 1_000, received: 0, handled: 0 };
    const [first, second] = ['a'.repeat(16), 'b'.repeat(16)];
    expect(session.attach({ ...hello, session: first }, ['streams', 'later'])).toBe('new');
    session.unlink();
    expect(session.attach({ ...hello, session: first }, ['later', 'streams'])).toBe('resumed');
    session.unlink();
    expect(codeOf(() => session.attach({ ...hello, session: first }, ['later']))).toBe('ERR_PROTOCOL');
    expect(session.attach({ ...hello, session: first }, ['later', 'streams'])).toBe('resumed');
    session.unlink();
    expect(session.attach({ ...hello, session: second }, [])).toBe('ended');
    expect(codeOf(() => session.attach({ ...hello, session: second }, ['later']))).toBe('ERR_PROTOCOL');
  });
});
