import { expect, test } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { createMessaging } from '../../../../src/node/delivery/messaging.ts';
import { createMonitoring } from '../../../../src/node/monitoring/monitoring.ts';
import type { Body, ControlFrame } from '../../../../src/protocol/frame-types.ts';
import { writeControl } from '../../../../src/protocol/frames.ts';
import { createRecordBuffer } from '../../../../src/protocol/record-buffer.ts';
import { createVirtualClock } from '../../../../src/testing/virtual-clock.ts';
import { encodeMessage } from '../../../support/encoded-messages.ts';
import { recordOf } from '../../../support/frames.ts';
import { createMessageChannel } from '../../../support/message-channel.ts';

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
    const channel = createMessageChannel({
      clock,
      mailbox,
      send: nothing,
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
    say({ kind: 'begin', stream: '5'.repeat(16), next: 1 });
    return {
      mailbox,
      /** False once the link has failed. */
      send(body: Body): boolean {
        channel.record(recordOf(body));
        return failure === undefined;
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

test('when many peers begin messages, refuses what is over the cap of all of them', () => {
  const { link } = setUp();
  const most = Math.floor((unfinishedBytes + 2 * maxMessageBytes) / maxMessageBytes);
  const payload = new Uint8Array(maxMessageBytes / 4);
  const begin = (no: number) => {
    const peer = link(`${no}`);
    peer.send({ kind: 'first', of: 'message', slot: 1, total: maxMessageBytes, payload });
    return peer.failure();
  };
  const failures = Array.from({ length: most + 1 }, (_, no) => begin(no));
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
