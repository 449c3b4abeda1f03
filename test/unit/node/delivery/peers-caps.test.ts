import { expect, test } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { createMessaging } from '../../../../src/node/delivery/messaging.ts';
import { createMonitoring } from '../../../../src/node/monitoring/monitoring.ts';
import type { ControlFrame, Frame } from '../../../../src/protocol/frame-types.ts';
import { readFrames, writeControl } from '../../../../src/protocol/frames.ts';
import { createRecordBuffer } from '../../../../src/protocol/record-buffer.ts';
import { createVirtualClock } from '../../../../src/testing/virtual-clock.ts';
import { encodeMessage } from '../../../support/encoded-messages.ts';
import { recordOf } from '../../../support/frames.ts';
import { createMessageChannel } from '../../../support/message-channel.ts';
import { begin } from '../../../support/receive-stream.ts';

const { absent, absentUnsettled, inboundBytes, items, largeBytes, sharedBytes, unfinishedBytes } = limits.messages;
const maxMessageBytes = largeBytes;

/** The messages of a node, and peers whose side of a link is what a test says. */
function setUp() {
  const clock = createVirtualClock();
  const nothing = (): void => undefined;
  const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
  const monitoring = createMonitoring({ name: 'n', clock, logger, logs: true, ownId: () => null });
  const { delivery, handlers } = createMessaging(
    { maxMessageBytes, maxMessageItems: items, transports: [], properties: null },
    clock,
    monitoring,
    () => [],
  );

  function link(id: string) {
    const mailbox = delivery.mailbox(id);
    let failure: string | undefined;
    let other = '';
    const channel = createMessageChannel({
      clock,
      mailbox,
      send(record) {
        for (const frame of readFrames(record)) if (frame.kind === 'begin') other = frame.stream;
      },
      open: (opened) => mailbox.link(opened)(),
      down({ code }) {
        failure = code;
      },
    });
    const say = (frame: ControlFrame): void => {
      const record = createRecordBuffer(1_000);
      writeControl(record, frame);
      channel.record(record.view().slice());
    };
    const session = '7'.repeat(16);
    channel.greet();
    say({ kind: 'hello', session, stream: null, resumable: true, received: 0, handled: 0, maxMessageBytes });
    say({ kind: 'ready' });
    const own = '5'.repeat(16);
    say({ kind: 'begin', stream: own, next: 1 });
    return {
      mailbox,
      /** False once the link has failed. */
      send(...frames: readonly Frame[]): boolean {
        channel.record(recordOf(...frames));
        return failure === undefined;
      },
      /** What comes first over a carrier of large messages, once this node has begun. */
      async attach(): Promise<void> {
        await Promise.resolve();
        channel.record(recordOf({ kind: 'attach', carrier: 1, own, other }));
      },
      failure: () => failure,
    };
  }
  return { delivery, handlers, link };
}

test('when many peers have messages that wait, refuses what is over the cap of all of them', () => {
  const { handlers, link } = setUp();
  handlers.add('n', () => new Promise(() => undefined));
  const payload = encodeMessage({ type: 'n', data: new Uint8Array(largeBytes / 2), timestamp: 0 });
  const failures: (string | undefined)[] = [];
  let bytes = 0;
  for (const id of ['a', 'b', 'c', 'd']) {
    const peer = link(id);
    const most = Math.floor(inboundBytes / payload.byteLength);
    for (let no = 0; no < most && peer.send({ kind: 'whole', of: 'message', payload }); no += 1)
      bytes += payload.byteLength;
    failures.push(peer.failure());
  }
  expect(failures[0]).toBeUndefined();
  expect(failures.at(-1)).toBe('ERR_BUSY');
  expect(bytes).toBeLessThan(sharedBytes + 2 * maxMessageBytes);
});

test('when many peers begin messages, refuses what is over the cap of all of them', async () => {
  const { link } = setUp();
  const most = Math.floor((unfinishedBytes + 2 * maxMessageBytes) / maxMessageBytes);
  const failures: (string | undefined)[] = [];
  for (let no = 0; no <= most; no += 1) {
    const peer = link(`${no}`);
    await peer.attach();
    peer.send({ kind: 'reference' }, begin(0, 0, maxMessageBytes, maxMessageBytes / 4));
    failures.push(peer.failure());
  }
  expect(failures).toEqual([...new Array(most).fill(undefined), 'ERR_BUSY']);
});

test('when more peers lost their place than may be absent, ends the session of the first', () => {
  const { delivery, link } = setUp();
  const leave = (id: string): void => {
    link(id).mailbox.unlink();
    delivery.evict(id, '192.0.2.1');
  };
  for (let no = 0; no < absent; no += 1) leave(`${no}`);
  expect(delivery.find('0')).toBeDefined();
  leave('last');
  expect([delivery.find('0'), delivery.find('1')]).toEqual([undefined, expect.anything()]);
});

test('when these have messages, fewer of them may be absent', async () => {
  const { delivery, link } = setUp();
  const leave = async (id: string): Promise<void> => {
    const { mailbox } = link(id);
    mailbox.unlink();
    await mailbox.outbox.send('message', new Uint8Array(1), { wait: false });
    delivery.evict(id, '192.0.2.1');
  };
  for (let no = 0; no < absent / absentUnsettled; no += 1) await leave(`${no}`);
  expect(delivery.find('0')).toBeDefined();
  await leave('last');
  expect([delivery.find('0'), delivery.find('1')]).toEqual([undefined, expect.anything()]);
});
