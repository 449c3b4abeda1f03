import { describe, expect, it } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { OutboundRequests } from '../../../../src/node/delivery/outbound-requests.ts';
import type { Outbox, SendObserver } from '../../../../src/node/delivery/outbox.ts';
import { encodeFailure, encodeResponse } from '../../../../src/protocol/message.ts';
import type { DeliveryOutcome } from '../../../../src/protocol/message-session/out-message.ts';
import { codeOf } from '../../../support/code-of.ts';
import { createManualClock } from '../../../support/manual-clock.ts';

const { calls, openBytes } = limits.messages;
const peer = 'x'.repeat(52);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function setUpRequests() {
  const clock = createManualClock();
  const requests = new OutboundRequests({ clock });
  const sent: ((outcome: DeliveryOutcome) => void)[] = [];
  const outbox: Pick<Outbox, 'send'> = {
    send(_kind, _payload, _options, observer?: SendObserver) {
      sent.push((outcome) => observer?.outcome?.(outcome));
      return Promise.resolve({ delivered: new Promise(() => undefined) });
    },
  };
  const call = (bytes = 10, signal?: AbortSignal): { readonly no: number; readonly answer: Promise<unknown> } => {
    const no = requests.nextNumber();
    const payload = new Uint8Array(bytes);
    const answer = requests
      .send(peer, outbox, { no, payload }, { ...(signal && { signal }) })
      .catch(({ code }) => code);
    return { no, answer };
  };
  return { clock, requests, sent, call };
}

describe('a request of this node', () => {
  it('when its caller gives up, keeps its place until the answer comes: the peer counts it', async () => {
    const { requests, sent, call } = setUpRequests();
    const controller = new AbortController();
    const given = Array.from({ length: calls }, () => call(10, controller.signal));
    await turn();
    controller.abort();
    expect(await given[0]?.answer).toBe('ERR_ABORTED');
    const next = call();
    await turn();
    expect(sent).toHaveLength(calls);
    expect(requests.receive(peer, 'response', encodeResponse(given[0]?.no ?? 0, 1))).toBe(true);
    await turn();
    expect(sent).toHaveLength(calls + 1);
    requests.receive(peer, 'failure', encodeFailure({ no: next.no, code: 'ERR_BUSY', message: 'x' }));
    expect(await next.answer).toBe('ERR_BUSY');
    sent[1]?.('delivered');
    requests.sessionEnded(peer);
    call();
    await turn();
    expect(sent).toHaveLength(calls + 2);
  });

  it('when those that are open have too many bytes, waits; when none is open, does not', async () => {
    const { requests, sent, call } = setUpRequests();
    const first = call(2 * openBytes);
    call(1);
    await turn();
    expect(sent).toHaveLength(1);
    requests.receive(peer, 'response', encodeResponse(first.no, 1));
    await turn();
    expect(sent).toHaveLength(2);
  });

  it('is answered once; what answers no request is not counted', () => {
    const { requests, call } = setUpRequests();
    const { no } = call();
    const answer = encodeResponse(no, 1);
    expect([requests.receive(peer, 'response', answer), requests.receive(peer, 'response', answer)]).toEqual([
      true,
      false,
    ]);
    expect(requests.receive('other', 'failure', encodeFailure({ no: 1, code: 'C', message: 'x' }))).toBe(false);
  });

  it('when its answer is being decoded, is not answered by another', async () => {
    const { requests, call } = setUpRequests();
    const { no, answer } = call();
    const payload = encodeResponse(no, new Array(90_000).fill([]));
    const taken = Array.from({ length: 10 }, () => requests.receive(peer, 'response', payload));
    expect(taken).toEqual([true, ...new Array(9).fill(false)]);
    expect(requests.receive(peer, 'failure', encodeFailure({ no, code: 'C', message: 'x' }))).toBe(false);
    requests.sessionEnded(peer);
    expect(await answer).toHaveLength(90_000);
  });

  it('when a key comes twice in the answer, rejects', async () => {
    const { requests, call } = setUpRequests();
    const { no, answer } = call();
    const payload = Buffer.from(`82${no.toString(16).padStart(2, '0')}a2616101616102`, 'hex');
    expect(codeOf(() => requests.receive(peer, 'response', payload))).toBe('ERR_PROTOCOL');
    expect(await answer).toBe('ERR_PROTOCOL');
  });
});
