import { describe, expect, it } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import type { Reply } from '../../../../src/node/delivery/inbound-request.ts';
import { Responders } from '../../../../src/node/delivery/responders.ts';
import { decodeFailure, decodeResponse } from '../../../../src/protocol/message.ts';
import { createMemoryShares } from '../../../../src/protocol/message-session/memory-shares.ts';
import { inOnePiece } from '../../../../src/protocol/payload.ts';
import { codeOf } from '../../../support/code-of.ts';
import { encodeRequest } from '../../../support/encoded-messages.ts';

const { calls } = limits.messages;
const peer = 'x'.repeat(52);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const request = (no: number, type: string, data: unknown = null): Uint8Array =>
  encodeRequest({ no, type, timestamp: 1, data });

function setUpResponders(sharedBytes = Number.POSITIVE_INFINITY) {
  const shares = createMemoryShares(sharedBytes);
  const responders = new Responders({
    callbackThrew: () => undefined,
    onError: () => undefined,
    shares,
  });
  const answers: { readonly of: string; readonly payload: Uint8Array; accept(): void; settle(): void }[] = [];
  const reply: Reply = (of, payload) =>
    new Promise((resolve) => {
      const delivered = Promise.withResolvers<unknown>();
      answers.push({
        of,
        payload: inOnePiece(payload),
        accept: () => resolve({ delivered: delivered.promise }),
        settle: () => delivered.resolve(1),
      });
    });
  const receive = (payload: Uint8Array): string | undefined =>
    codeOf(() => responders.receive(peer, payload, reply)) as never;
  return { shares, responders, answers, receive };
}

describe('a request of a peer', () => {
  it('when its type has no responder, is open until its failure is accepted; one more than may be open throws ERR_PROTOCOL', async () => {
    const { answers, receive, responders } = setUpResponders();
    for (let no = 0; no < calls; no += 1) expect(receive(request(no, 'unknown'))).toBeUndefined();
    expect([receive(request(calls, 'unknown')), codeOf(() => responders.admit(peer))]).toEqual([
      'ERR_PROTOCOL',
      'ERR_PROTOCOL',
    ]);
    await turn();
    expect([answers.length, decodeFailure(answers[0]?.payload as Uint8Array).code]).toEqual([
      calls,
      'ERR_NO_RESPONDER',
    ]);
    answers[0]?.accept();
    await turn();
    expect([receive(request(1, 'unknown')), receive(request(2, 'unknown'))]).toEqual([undefined, 'ERR_PROTOCOL']);
  });

  it('when a session begins, does not count with those before, until there are too many of them', () => {
    const { receive, responders } = setUpResponders();
    responders.add('slow', () => new Promise(() => undefined));
    for (let no = 0; no < calls; no += 1) receive(request(no, 'slow'));
    responders.renew(peer);
    for (let no = 0; no < calls; no += 1) expect(receive(request(no, 'slow'))).toBeUndefined();
    responders.renew(peer);
    expect(receive(request(1, 'slow'))).toBe('ERR_BUSY');
  });

  it('holds memory until its answer has its outcome; when there is none, is answered with ERR_BUSY', async () => {
    const { answers, shares, responders, receive } = setUpResponders(1_000_000);
    responders.add('echo', ({ data }) => data);
    const data = new Uint8Array(300_000);
    for (let no = 0; no < 3; no += 1) receive(request(no, 'echo', data));
    for (let no = 0; no < 5; no += 1) await turn();
    const results = answers.map(({ of, payload }) =>
      of === 'failure' ? decodeFailure(payload).code : decodeResponse(payload).no,
    );
    expect(results.sort()).toEqual([0, 'ERR_BUSY', 'ERR_BUSY'].sort());
    expect(shares.used).toBeGreaterThan(200_000);
    for (const { accept } of answers) accept();
    await turn();
    expect(shares.used).toBeGreaterThan(200_000);
    for (const { settle } of answers) settle();
    await turn();
    expect(shares.used).toBe(0);
  });

  it('when its answer is there, gets it without room as well', async () => {
    const { answers, shares, responders, receive } = setUpResponders(200_000);
    responders.add('make', () => new Uint8Array(300_000));
    for (let no = 0; no < 3; no += 1) receive(request(no, 'make'));
    for (let no = 0; no < 5; no += 1) await turn();
    expect(answers.map(({ of }) => of)).toEqual(['response', 'response', 'response']);
    expect(receive(request(4, 'make', new Uint8Array(60_000)))).toBeUndefined();
    for (let no = 0; no < 5; no += 1) await turn();
    expect(decodeFailure(answers[3]?.payload as Uint8Array).code).toBe('ERR_BUSY');
    for (const { accept, settle } of answers) {
      accept();
      settle();
    }
    await turn();
    expect(shares.used).toBe(0);
  });

  it('counts its bytes: as many as may be open have room with the smallest of all limits', async () => {
    const { answers, responders, receive } = setUpResponders(limits.messages.sharedBytes);
    const settle: (() => void)[] = [];
    responders.add('slow', ({ data }) => new Promise((resolve) => settle.push(() => resolve(data))));
    for (let no = 0; no < calls; no += 1) receive(request(no, 'slow', 'x'.repeat(50_000)));
    expect(settle).toHaveLength(calls);
    for (const one of settle) one();
    for (let no = 0; no < 5; no += 1) await turn();
    expect(answers.filter(({ of }) => of === 'response')).toHaveLength(calls);
  });

  it('when its values hold far more than its bytes, counts what they hold', () => {
    const { responders, receive, shares } = setUpResponders();
    responders.add('slow', () => new Promise(() => undefined));
    receive(request(1, 'slow', new Array(8_000).fill({})));
    expect(shares.used).toBeGreaterThan(400_000);
  });

  it('when a key comes twice in it, is refused and not answered', async () => {
    const { answers, responders, shares } = setUpResponders();
    responders.add('x', () => 1);
    const refused: unknown[] = [];
    const payload = Buffer.from('84' + '01' + '6178' + '01' + 'a2616101616102', 'hex');
    responders.receive(
      peer,
      payload,
      () => Promise.resolve(undefined),
      (error) => refused.push((error as { code: string }).code),
    );
    await turn();
    expect([refused, answers, shares.used]).toEqual([['ERR_PROTOCOL'], [], 0]);
  });
});
