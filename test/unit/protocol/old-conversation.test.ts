import { describe, expect, it } from 'vitest';
import { createAuthentication } from '../../../src/adapters/signalling/session/authenticate.ts';
import { SignallingEndpoint } from '../../../src/adapters/signalling/session/signalling-endpoint.ts';
import { parseCarried } from '../../../src/protocol/carrier.ts';
import { readFrames } from '../../../src/protocol/frames.ts';
import { parseGreetingFrame, protocolVersion } from '../../../src/protocol/greeting.ts';
import { mismatchOf } from '../../../src/protocol/mismatch.ts';
import { networkTag } from '../../../src/protocol/network-key.ts';
import { createVirtualClock } from '../../../src/testing/virtual-clock.ts';
import { codeOf } from '../../support/code-of.ts';
import { bytesOf, bytesOfHex, isText, load, openAll, textsOf, txtOf } from '../../support/conversations.ts';
import { createFakeWire } from '../../support/fake-wire.ts';

describe('a recorded conversation of version 1', () => {
  const conversation = load(1);
  const { greetings } = textsOf(conversation);
  const hello = greetings.find(({ from }) => from === 'b')?.text ?? '';
  const { ids } = conversation;

  it('has greetings, records and an announcement that are of another version, and nothing worse', () => {
    const hellos = greetings.filter(({ from, text }) => from !== 'later' && text.startsWith('{"type":"hello"'));
    expect(hellos.map(({ text }) => codeOf(() => parseGreetingFrame(text)))).toEqual(['ERR_VERSION', 'ERR_VERSION']);
    const firstOfLinks = new Map<string, Uint8Array>();
    for (const line of conversation.lines) {
      const carried = 'carried' in line ? parseCarried(bytesOf(line.carried)) : undefined;
      const name = `${line.from} ${carried?.generation}`;
      if (carried && !firstOfLinks.has(name)) firstOfLinks.set(name, carried.record);
    }
    const [sealed] = openAll(conversation);
    const codes = [...firstOfLinks.values(), sealed?.plain ?? new Uint8Array()].map((record) =>
      codeOf(() => [...readFrames(record)]),
    );
    expect(codes).toEqual(['ERR_VERSION', 'ERR_VERSION', 'ERR_VERSION', 'ERR_VERSION', 'ERR_VERSION']);
    const fields = txtOf(conversation);
    expect(fields && mismatchOf(fields, {}, [networkTag(bytesOfHex(conversation.networkKey))])).toBe('version');
  });

  it('is refused with ERR_VERSION where it calls, as often as it does: nothing is denied without another look', () => {
    const clock = createVirtualClock();
    const endpoint = new SignallingEndpoint({
      ownId: ids['a'] ?? '',
      access: { networkKey: bytesOfHex(conversation.networkKey) },
      greet: () => ({
        incarnation: { counter: 1, random: '0'.repeat(16) },
        name: '',
        held: 0,
        features: [],
        transports: [],
      }),
      clock,
    });
    const refusals: string[] = [];
    endpoint.setListener(
      {
        session: () => void refusals.push('a session'),
        refused: ({ code }) => void refusals.push(code),
        error: () => undefined,
      },
      1,
    );
    for (let call = 0; call < 5; call += 1) {
      const wire = createFakeWire();
      expect(endpoint.activeRefusal('192.0.2.1', ids['b'] ?? '')).toBeUndefined();
      const secret = new Uint8Array(32);
      endpoint.accept({ wire, id: ids['b'] ?? '', secret, address: '192.0.2.1' }, () => undefined);
      wire.listener.text(hello);
      expect([wire.sent, wire.ending]).toEqual([['{"type":"refuse","code":"ERR_VERSION"}'], 'close']);
    }
    expect(refusals).toEqual(new Array(5).fill('ERR_VERSION'));
  });

  it('refuses a dialer of a later version with a code that this version reads', () => {
    const [, refusal] = conversation.lines.filter(isText).filter(({ wire }) => wire === 1);
    const dialer = createAuthentication({
      role: 'dialer',
      ownId: ids['later'] ?? '',
      remoteId: ids['a'] ?? '',
      exporter: new Uint8Array(32),
      access: () => ({}),
      greet: () => {
        throw new Error('A side that is refused does not greet.');
      },
    });
    expect(JSON.parse(dialer.first ?? '')).toMatchObject({ type: 'hello', version: protocolVersion });
    expect(dialer.receive(refusal?.text ?? '')).toEqual({ kind: 'refused', code: 'ERR_VERSION', reply: undefined });
  });
});
