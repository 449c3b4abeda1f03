import { afterEach, describe, expect, it } from 'vitest';
import { ephemeralIdentity } from '../../../../src/adapters/index.ts';
import type { TransportListener } from '../../../../src/adapters/transport/port.ts';
import { type ConnectionChange, type LanpeerNode, makeNetworkKey } from '../../../../src/index.ts';
import { limits } from '../../../../src/limits.ts';
import { guardCallbacks } from '../../../../src/node/options/callbacks.ts';
import { parseOptions } from '../../../../src/node/options/options.ts';
import { assembleNode } from '../../../../src/node/runtime/assemble.ts';
import type { Frame, MessageKind } from '../../../../src/protocol/frame-types.ts';
import {
  createMemorySignallingNetwork,
  createMemoryTransportNetwork,
  createVirtualClock,
} from '../../../../src/testing/index.ts';
import { encodeRequest } from '../../../support/encoded-messages.ts';
import { recordOf } from '../../../support/frames.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** Two nodes on a transport that needs no seal, so that records can be slipped in as if the peer had sent them. */
async function startPair() {
  const clock = createVirtualClock();
  const signallings = createMemorySignallingNetwork({ clock });
  const transports = createMemoryTransportNetwork({ clock });
  const access = { networkKey: makeNetworkKey() };
  let victim: TransportListener | undefined;

  function make(name: string, address: string): LanpeerNode {
    const config = guardCallbacks(parseOptions({ name, access, discovery: false, clock, random: () => 0.5 }));
    const transport = transports.transport(name);
    const open: typeof transport.open = (options) => {
      if (name === 'a') victim = options.listener;
      return transport.open(options);
    };
    return assembleNode(config, {
      identity: ephemeralIdentity({ clock }),
      signalling: ({ identity: { id }, greet }) =>
        signallings.signalling({ id, address, port: 0, access: config.access, greet }),
      discovery: null,
      addresses: () => [],
      networkSignature: () => '',
      observe: async () => (await import('../../../../src/inspector/index.ts')).createObserver,
      announce: null,
      load: null,
      transports: new Map([['webrtc', { ...transport, authenticated: true, open }]]),
    });
  }

  const [a, b] = [make('a', '198.51.100.1'), make('b', '198.51.100.2')];
  stops.push(async () => {
    const stopped = Promise.all([a.stop(), b.stop()]);
    await clock.advanceAsync(20_000);
    await stopped;
  });
  await Promise.all([a.start(), b.start()]);
  const changes: ConnectionChange[] = [];
  a.connections$.subscribe((change) => changes.push(change));
  const connecting = a.connect({ address: '198.51.100.2', port: b.port, id: b.id });
  await clock.advanceAsync(2_000);
  await connecting;
  return { clock, a, b, changes, slip: (bytes: Uint8Array) => victim?.record(bytes) };
}

describe('what a peer must not send', () => {
  it.each<readonly [string, string, Uint8Array]>([
    ['a kind of frame that is none', 'ERR_PROTOCOL', Uint8Array.of(99)],
    ['a record that is cut off', 'ERR_PROTOCOL', Uint8Array.of(0x10, 200, 1)],
    ['nothing', 'ERR_PROTOCOL', new Uint8Array(0)],
    ['an older version', 'ERR_VERSION', Uint8Array.of(1, 1)],
    ['a newer version', 'ERR_VERSION', Uint8Array.of(1, 4)],
    ['a second hello', 'ERR_PROTOCOL', recordOf(hello())],
    [
      'an acknowledgement of what was never sent',
      'ERR_PROTOCOL',
      recordOf({ kind: 'ack', received: 9_999, handled: 0 }),
    ],
    ['a message that is none', 'ERR_PROTOCOL', recordOf({ kind: 'whole', of: 'volatile', payload: Uint8Array.of(1) })],
    ...(['message', 'request', 'response', 'failure', 'volatile'] as const).flatMap(
      (of) =>
        [
          [
            `a ${of} with more values than it may have`,
            'ERR_PROTOCOL',
            recordOf({ kind: 'whole', of, payload: bomb(of) }),
          ],
          [`a ${of} that is not UTF-8`, 'ERR_PROTOCOL', recordOf({ kind: 'whole', of, payload: mojibake(of) })],
        ] as const,
    ),
    [
      'a message with a key twice',
      'ERR_PROTOCOL',
      recordOf({ kind: 'whole', of: 'volatile', payload: Buffer.from('836178' + '01' + 'a2616101616102', 'hex') }),
    ],
  ])('%s ends the link with its code; it is counted, and the session goes on', async (_, code, record) => {
    const { clock, a, b, changes, slip } = await startPair();
    const got: unknown[] = [];
    b.handle('n', ({ data }) => got.push(data));
    const before = await a.send(b.id, 'n', 1);
    const from = changes.length;
    slip(record);
    const after = await a.send(b.id, 'n', 2);
    await clock.advanceAsync(5_000);
    expect(changes.slice(from).find(({ state }) => state === 'failed')).toMatchObject({ code });
    expect(a.stats().refused).toEqual({ [code]: 1 });
    expect([await before.delivered, await after.delivered, got]).toEqual(['delivered', 'delivered', [1, 2]]);
  });

  it('streams without end are told of as one gap', async () => {
    const { clock, a, changes, slip } = await startPair();
    const sessions: string[] = [];
    a.sessions$.subscribe(({ change }) => sessions.push(change));
    const begin = (_: unknown, no: number): Frame => ({
      kind: 'begin',
      stream: no.toString(16).padStart(16, '0'),
      next: 1,
    });
    slip(recordOf(...Array.from({ length: 3_000 }, begin)));
    expect(sessions).toEqual(['gap']);
    await clock.advanceAsync(1);
    expect(changes.at(-1)).toMatchObject({ state: 'failed', code: 'ERR_PROTOCOL' });
    expect(a.stats().refused).toEqual({ ERR_PROTOCOL: 1 });
  });

  it('when a peer has too many requests open, ends the link, also without a responder', async () => {
    const { clock, a, changes, slip } = await startPair();
    const from = changes.length;
    const requests = Array.from({ length: limits.messages.calls + 1 }, (_, no) => {
      const payload = encodeRequest({ no, type: 'nobody', timestamp: 1, data: null });
      return { kind: 'whole', of: 'request', payload } as const;
    });
    slip(recordOf(...requests.slice(1)));
    expect(a.stats().refused).toEqual({});
    slip(recordOf(...requests));
    await clock.advanceAsync(1_000);
    expect(changes.slice(from).find(({ state }) => state === 'failed')).toMatchObject({ code: 'ERR_PROTOCOL' });
    expect(a.stats().refused['ERR_PROTOCOL']).toBeGreaterThan(0);
  });

  it('again and again makes it wait longer each time', async () => {
    const { clock, changes, slip } = await startPair();
    const waits: number[] = [];
    for (let time = 0; time < 6; time += 1) {
      slip(Uint8Array.of(99));
      await clock.advanceAsync(10_000);
      const failed = changes.findLast(({ state }) => state === 'failed');
      waits.push((failed?.next ?? 0) - (failed?.at ?? 0));
    }
    expect(waits[0]).toBeLessThan(waits[3] ?? 0);
    expect(waits).toEqual([...waits].sort((one, other) => one - other));
  });
});

/** A list of a kind, up to its data. */
function headOf(of: MessageKind): Buffer {
  const heads = {
    message: '83617801',
    volatile: '83617801',
    request: '8401617801',
    response: '8201',
    failure: '83016143',
  };
  return Buffer.from(heads[of], 'hex');
}

function bomb(of: MessageKind): Buffer {
  const size = Buffer.of(0x9a, 0, 0, 0, 0);
  size.writeUInt32BE(limits.messages.items + 1, 1);
  return Buffer.concat([headOf(of), size, Buffer.alloc(limits.messages.items + 1, 0xa0)]);
}

const mojibake = (of: MessageKind): Buffer => Buffer.concat([headOf(of), Buffer.of(0x62, 0xc3, 0x28)]);

function hello(): Frame {
  return {
    kind: 'hello',
    session: '0'.repeat(16),
    stream: null,
    resumable: true,
    maxMessageBytes: 1,
    received: 0,
    handled: 0,
  };
}
