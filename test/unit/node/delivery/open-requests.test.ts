import { describe, expect, it } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import type { Outbox, SendObserver } from '../../../../src/node/delivery/outbox.ts';
import type { Reply } from '../../../../src/node/delivery/request-service.ts';
import { Requests } from '../../../../src/node/delivery/requests.ts';
import { Responders } from '../../../../src/node/delivery/responders.ts';
import {
  decodeFailure,
  decodeResponse,
  encodeFailure,
  encodeRequest,
  encodeResponse,
} from '../../../../src/protocol/message.ts';
import type { DeliveryOutcome } from '../../../../src/protocol/out-stream.ts';
import { createShares } from '../../../../src/protocol/shares.ts';
import { codeOf } from '../../../support/code-of.ts';
import { createManualClock } from '../../../support/manual-clock.ts';

const { calls, openBytes } = limits.messages;
const peer = 'x'.repeat(52);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const request = (no: number, type: string, data: unknown = null): Uint8Array =>
  encodeRequest({ no, type, timestamp: 1, data });

function setUpResponders(sharedBytes = Number.POSITIVE_INFINITY) {
  const shares = createShares(sharedBytes);
  const faults: unknown[] = [];
  const responders = new Responders({
    callbackThrew: () => undefined,
    onError: (error) => faults.push(error),
    shares,
  });
  const answers: { readonly of: string; readonly payload: Uint8Array; accept(): void; settle(): void }[] = [];
  const reply: Reply = (of, payload) =>
    new Promise((resolve) => {
      const delivered = Promise.withResolvers<unknown>();
      answers.push({
        of,
        payload,
        accept: () => resolve({ delivered: delivered.promise }),
        settle: () => delivered.resolve(1),
      });
    });
  const receive = (payload: Uint8Array): string | undefined =>
    codeOf(() => responders.receive(peer, payload, reply)) as never;
  return { shares, responders, answers, faults, receive };
}

describe('requests of a peer', () => {
  it('of a type that nobody answers are open until the answer is accepted; more than it may have break the protocol', async () => {
    const { answers, receive, responders } = setUpResponders();
    for (let no = 0; no < calls; no += 1) expect(receive(request(no, 'nobody'))).toBeUndefined();
    expect([receive(request(calls, 'nobody')), codeOf(() => responders.admit(peer))]).toEqual([
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
    expect([receive(request(1, 'nobody')), receive(request(2, 'nobody'))]).toEqual([undefined, 'ERR_PROTOCOL']);
  });

  it('of the next session do not pay for those before, but there is an end to it', () => {
    const { receive, responders } = setUpResponders();
    responders.add('slow', () => new Promise(() => undefined));
    for (let no = 0; no < calls; no += 1) receive(request(no, 'slow'));
    responders.renew(peer);
    for (let no = 0; no < calls; no += 1) expect(receive(request(no, 'slow'))).toBeUndefined();
    responders.renew(peer);
    expect(receive(request(1, 'slow'))).toBe('ERR_BUSY');
  });

  it('hold room until their answer has its fate, and are told where there is none', async () => {
    const { answers, shares, responders, receive } = setUpResponders(1_000_000);
    responders.add('echo', ({ data }) => data);
    const data = new Uint8Array(300_000);
    for (let no = 0; no < 3; no += 1) receive(request(no, 'echo', data));
    for (let no = 0; no < 5; no += 1) await turn();
    const told = answers.map(({ of, payload }) =>
      of === 'failure' ? decodeFailure(payload).code : decodeResponse(payload).no,
    );
    expect(told.sort()).toEqual([0, 'ERR_BUSY', 'ERR_BUSY'].sort());
    expect(shares.used).toBeGreaterThan(200_000);
    for (const { accept } of answers) accept();
    await turn();
    expect(shares.used).toBeGreaterThan(200_000);
    for (const { settle } of answers) settle();
    await turn();
    expect(shares.used).toBe(0);
  });

  it('get the answer that there is, whatever room there is', async () => {
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

  it('weigh their bytes: as many as may be open have room with the smallest of all limits', async () => {
    const { answers, responders, receive } = setUpResponders(limits.messages.sharedBytes);
    const settle: (() => void)[] = [];
    responders.add('slow', ({ data }) => new Promise((resolve) => settle.push(() => resolve(data))));
    for (let no = 0; no < calls; no += 1) receive(request(no, 'slow', 'x'.repeat(50_000)));
    expect(settle).toHaveLength(calls);
    for (const one of settle) one();
    for (let no = 0; no < 5; no += 1) await turn();
    expect(answers.filter(({ of }) => of === 'response')).toHaveLength(calls);
  });

  it('of values that hold far more than their bytes weigh what they hold', () => {
    const { responders, receive, shares } = setUpResponders();
    responders.add('slow', () => new Promise(() => undefined));
    receive(request(1, 'slow', new Array(8_000).fill({})));
    expect(shares.used).toBeGreaterThan(400_000);
  });

  it('with a key twice are refused and not answered', async () => {
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

function setUpRequests() {
  const clock = createManualClock();
  const requests = new Requests({ clock });
  const sent: ((outcome: DeliveryOutcome) => void)[] = [];
  const outbox: Pick<Outbox, 'send'> = {
    send(_kind, _payload, _options, observer?: SendObserver) {
      sent.push((outcome) => observer?.outcome?.(outcome));
      return Promise.resolve({ delivered: new Promise(() => undefined) });
    },
  };
  const ask = (bytes = 10, signal?: AbortSignal): { readonly no: number; readonly answer: Promise<unknown> } => {
    const no = requests.nextNumber();
    const payload = new Uint8Array(bytes);
    const answer = requests
      .send(peer, outbox, { no, payload }, { ...(signal && { signal }) })
      .catch(({ code }) => code);
    return { no, answer };
  };
  return { clock, requests, sent, ask };
}

describe('requests of this node', () => {
  it('that were given up keep their place until the answer comes: the other side counts them', async () => {
    const { requests, sent, ask } = setUpRequests();
    const controller = new AbortController();
    const given = Array.from({ length: calls }, () => ask(10, controller.signal));
    await turn();
    controller.abort();
    expect(await given[0]?.answer).toBe('ERR_ABORTED');
    const next = ask();
    await turn();
    expect(sent).toHaveLength(calls);
    expect(requests.receive(peer, 'response', encodeResponse(given[0]?.no ?? 0, 1))).toBe(true);
    await turn();
    expect(sent).toHaveLength(calls + 1);
    requests.receive(peer, 'failure', encodeFailure({ no: next.no, code: 'ERR_BUSY', message: 'x' }));
    expect(await next.answer).toBe('ERR_BUSY');
    sent[1]?.('delivered');
    requests.sessionEnded(peer);
    ask();
    await turn();
    expect(sent).toHaveLength(calls + 2);
  });

  it('wait while those that are open have too many bytes, but one may always go', async () => {
    const { requests, sent, ask } = setUpRequests();
    const first = ask(2 * openBytes);
    ask(1);
    await turn();
    expect(sent).toHaveLength(1);
    requests.receive(peer, 'response', encodeResponse(first.no, 1));
    await turn();
    expect(sent).toHaveLength(2);
  });

  it('are answered once; what nobody asked for is told apart', () => {
    const { requests, ask } = setUpRequests();
    const { no } = ask();
    const answer = encodeResponse(no, 1);
    expect([requests.receive(peer, 'response', answer), requests.receive(peer, 'response', answer)]).toEqual([
      true,
      false,
    ]);
    expect(requests.receive('other', 'failure', encodeFailure({ no: 1, code: 'C', message: 'x' }))).toBe(false);
  });

  it('are answered once, also while the answer is decoded', async () => {
    const { requests, ask } = setUpRequests();
    const { no, answer } = ask();
    const payload = encodeResponse(no, new Array(90_000).fill([]));
    const taken = Array.from({ length: 10 }, () => requests.receive(peer, 'response', payload));
    expect(taken).toEqual([true, ...new Array(9).fill(false)]);
    expect(requests.receive(peer, 'failure', encodeFailure({ no, code: 'C', message: 'x' }))).toBe(false);
    requests.sessionEnded(peer);
    expect(await answer).toHaveLength(90_000);
  });

  it('fail where a key comes twice in the answer', async () => {
    const { requests, ask } = setUpRequests();
    const { no, answer } = ask();
    const payload = Buffer.from(`82${no.toString(16).padStart(2, '0')}a2616101616102`, 'hex');
    expect(codeOf(() => requests.receive(peer, 'response', payload))).toBe('ERR_PROTOCOL');
    expect(await answer).toBe('ERR_PROTOCOL');
  });
});
