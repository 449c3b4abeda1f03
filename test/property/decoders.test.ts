import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame } from '../../src/protocol/frame-types.ts';
import { readFrames } from '../../src/protocol/frames.ts';
import { decodeFailure, decodeMessage, decodeRequest, decodeResponse } from '../../src/protocol/message.ts';
import { isBodyFrame } from '../../src/protocol/message-bodies/frames.ts';
import { MessageSession } from '../../src/protocol/message-session/message-session.ts';
import { createPool } from '../../src/protocol/message-session/window.ts';
import { codeOf } from '../support/code-of.ts';
import { encodeRequest } from '../support/encoded-messages.ts';
import { anyFrame, isOfSession, recordOf } from '../support/frames.ts';

/** What a hostile peer can make of a record: chance, or a good one with a few bytes changed, cut or doubled. */
const spoilt = fc
  .tuple(fc.array(anyFrame, { maxLength: 6 }), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.nat())
  .map(([frames, changes, cut]) => {
    const bytes = recordOf(...frames);
    for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
    return cut % 3 === 0 ? bytes.subarray(0, cut % (bytes.length + 1)) : bytes;
  });
const anyBytes = fc.oneof(fc.uint8Array({ maxLength: 400 }), spoilt);

/** No input of a few hundred bytes is worth more time. */
function soon(run: () => void): void {
  const begun = performance.now();
  run();
  expect(performance.now() - begun).toBeLessThan(5_000);
}

describe('whatever comes over a link', () => {
  it('is frames, or ends it with a code', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) =>
        soon(() => {
          const frames: Frame[] = [];
          const code = codeOf(() => {
            for (const frame of readFrames(bytes)) frames.push(frame);
          });
          expect([undefined, 'ERR_PROTOCOL', 'ERR_VERSION']).toContain(code);
          const carried = frames.reduce((sum, one) => sum + ('payload' in one ? one.payload.byteLength : 0), 0);
          expect(carried + frames.length).toBeLessThanOrEqual(bytes.byteLength);
        }),
      ),
      { numRuns: 5_000 },
    );
  });

  it('is a payload, or ends it with a code, and changes no prototype', () => {
    const decoders = [decodeMessage, decodeRequest, decodeResponse, decodeFailure];
    const good = fc.anything({ maxDepth: 3, withNullPrototype: false }).map((data) => {
      try {
        return encodeRequest({ no: 1, type: 'x', timestamp: 1, data });
      } catch {
        return new Uint8Array();
      }
    });
    const changed = fc.tuple(good, fc.nat(), fc.nat(255)).map(([bytes, at, value]) => {
      if (bytes.length > 0) bytes[at % bytes.length] = value;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), changed), (bytes) =>
        soon(() => {
          for (const decode of decoders)
            expect([undefined, 'ERR_PROTOCOL']).toContain(codeOf(() => void decode(bytes)));
        }),
      ),
      { numRuns: 5_000 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it.each([
    ['an array a million levels deep', Buffer.concat([Buffer.from([0x83]), Buffer.alloc(1_000_000, 0x81)])],
    ['an array of 4,294,967,295 items', Buffer.from([0x9b, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff])],
    ['a text of 2⁶⁰ bytes', Buffer.from([0x83, 0x7b, 0x10, 0, 0, 0, 0, 0, 0, 0])],
    ['bytes of 2³² − 1 bytes', Buffer.from([0x83, 0x5a, 0xff, 0xff, 0xff, 0xff])],
    [
      'a million empty arrays too many',
      Buffer.concat([Buffer.from([0x83, 0x9a, 0, 0x0f, 0x42, 0x42]), Buffer.alloc(1_000_002, 0x80)]),
    ],
  ])('%s ends it soon', (_, bytes) => {
    soon(() => expect(codeOf(() => void decodeMessage(bytes))).toBe('ERR_PROTOCOL'));
  });

  it('in any order is taken by a session, or ends the link with a code', () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 30 }), fc.boolean(), (frames, knows) => {
        const session = new MessageSession({
          makeId: () => '0000000000000001',
          maxMessageBytes: 1_000_000,
          pool: createPool(1_000_000),
          deliver: (_, __, handled) => handled(),
          gap: () => undefined,
          progress: () => undefined,
          expect: () => undefined,
          arrive: () => undefined,
          refused: () => undefined,
        });
        session.accept({ of: 'message', payload: new Uint8Array(10), settle: () => undefined });
        for (const frame of frames) {
          const code = codeOf(() => {
            if (frame.kind === 'hello') session.attach(knows ? { ...frame, stream: '0000000000000001' } : frame);
            else if (isOfSession(frame)) session.receive(frame);
            else if (isBodyFrame(frame)) session.bodies.receive(frame);
          });
          expect([undefined, 'ERR_PROTOCOL']).toContain(code);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
