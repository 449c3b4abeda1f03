import { describe, expect, it } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { GroupRefusals } from '../../../../src/node/delivery/group-refusals.ts';
import { RefusedMessages } from '../../../../src/node/delivery/refused-messages.ts';
import { decodeFailure } from '../../../../src/protocol/message.ts';

/** Lets promises that have settled run on. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

function setUp() {
  const told: { readonly no: number; readonly delivered: (value?: unknown) => void }[] = [];
  const codes: string[] = [];
  const handled: string[] = [];
  const refusals = new GroupRefusals({
    reply: () => (_, payload) => {
      const { promise, resolve } = Promise.withResolvers<unknown>();
      told.push({ no: decodeFailure(payload).no, delivered: resolve });
      return Promise.resolve({ delivered: promise });
    },
    refused: ({ code }) => void codes.push(code),
  });
  const settle = (name: string) => refusals.settle(() => void handled.push(name));
  const refuse = (no: number) => {
    refusals.refuse(no);
    settle(`refused ${no}`);
  };
  return { told, codes, handled, refuse, settle };
}

describe('messages to groups that a node is not in', () => {
  it('count as handled when their sender knows of it, and those behind them not before', async () => {
    const { told, handled, refuse, settle } = setUp();
    settle('before');
    refuse(1);
    settle('between');
    refuse(2);
    settle('behind');
    expect(handled).toEqual(['before']);
    await turn();
    told[1]?.delivered();
    await turn();
    expect(handled).toEqual(['before']);
    told[0]?.delivered();
    await turn();
    expect(handled).toEqual(['before', 'refused 1', 'between', 'refused 2', 'behind']);
    settle('after');
    expect(handled.at(-1)).toBe('after');
  });

  it('when a peer sends more of them than its window allows, end its link', () => {
    const { codes, refuse } = setUp();
    for (let no = 0; no <= limits.messages.inbound; no += 1) refuse(no + 1);
    expect(codes).toEqual([]);
    refuse(limits.messages.inbound + 2);
    expect(codes).toEqual(['ERR_PROTOCOL']);
  });
});

describe('refusals of a peer', () => {
  it('are known until the outcome of the message is asked for', () => {
    const refused = new RefusedMessages();
    refused.add('ada', 1);
    expect(refused.take('bob', 1)).toBe(false);
    expect(refused.take('ada', 1)).toBe(true);
    expect(refused.take('ada', 1)).toBe(false);
  });

  it('are as many as it can have messages, and end with its session', () => {
    const refused = new RefusedMessages();
    for (let no = 1; no <= limits.messages.queued; no += 1) expect(refused.add('ada', no)).toBe(true);
    expect(refused.add('ada', 5_000)).toBe(false);
    refused.sessionEnded('ada');
    expect(refused.take('ada', 1)).toBe(false);
    expect(refused.add('ada', 5_000)).toBe(true);
  });
});
