import type { Clock } from '../../src/environment.ts';
import { limits } from '../../src/limits.ts';
import { Mailbox } from '../../src/node/delivery/mailbox.ts';
import type { MessageReceiver } from '../../src/node/delivery/mailbox-deps.ts';
import { createPeerCounters } from '../../src/node/monitoring/peer-counters.ts';
import type { Body, BodyFrame, ControlFrame, Hello, MessageKind } from '../../src/protocol/frame-types.ts';
import { readFrames, writeControl } from '../../src/protocol/frames.ts';
import type { Unfinished } from '../../src/protocol/message-session/unfinished.ts';
import { createPool } from '../../src/protocol/message-session/window.ts';
import { createRecordBuffer } from '../../src/protocol/record-buffer.ts';
import { recordOf } from './frames.ts';
import { createManualClock } from './manual-clock.ts';
import { createMessageChannel } from './message-channel.ts';
import { createNoStreams } from './no-streams.ts';
import { silentPresence } from './presence.ts';

const { bytes: maxMessageBytes, poolBytes } = limits.messages;

/** The name of a stream. */
export const streamId = (digit: number): string => `${digit}`.repeat(16);

/** The other end greets; `begin` lets messages flow. `sent` has what went out, messages as the text that they are. */
function openLink(box: Mailbox, clock: Clock, hello: Partial<Hello>) {
  const sent: string[] = [];
  const failures: string[] = [];
  let begin = (): void => undefined;
  const channel = createMessageChannel({
    clock,
    mailbox: box,
    send(record) {
      for (const frame of readFrames(record))
        sent.push('payload' in frame ? Buffer.from(frame.payload).toString() : frame.kind);
    },
    open(opened) {
      begin = box.link(opened);
    },
    down: ({ code }) => void failures.push(code),
  });
  const say = (frame: ControlFrame): void => {
    const record = createRecordBuffer(1_000);
    writeControl(record, frame);
    channel.record(record.view().slice());
  };
  const known = { session: streamId(7), stream: null, resumable: true, received: 0, handled: 0, maxMessageBytes };
  channel.greet();
  say({ kind: 'hello', ...known, ...hello });
  say({ kind: 'ready' });
  const body = (frame: Body | BodyFrame): void => channel.record(recordOf(frame));
  return { sent, failures, say, body, begin: () => begin() };
}

/** A mailbox, and links to it whose other end is what a test says. */
export function createMailboxRig(
  unfinished?: Unfinished,
  receive: MessageReceiver['receive'] = (_kind, _payload, handled) => handled(),
) {
  const clock = createManualClock();
  const changes: string[] = [];
  const outcomes: string[] = [];
  let names = 0;
  const box = new Mailbox(
    {
      clock,
      peerCounters: createPeerCounters(),
      pool: createPool(poolBytes),
      ...(unfinished && { unfinished }),
      presence: silentPresence(clock),
      makeId() {
        names += 1;
        return names.toString(16).padStart(16, '0');
      },
      receiver: { admit: () => undefined, receive },
      held: { acquire: () => true, release: () => undefined },
      streams: createNoStreams(),
      events: {
        progress: () => undefined,
        settled: (_, outcome) => void outcomes.push(outcome),
        changed: (change) => void changes.push(change),
        expired: () => undefined,
      },
    },
    { maxMessageBytes },
  );

  return {
    box,
    clock,
    changes,
    outcomes,
    open: (hello: Partial<Hello> = {}) => openLink(box, clock, hello),
    send: (text: string, of: MessageKind = 'message', wait = true) =>
      box.outbox.send(of, Buffer.from(text), { wait }).catch(({ code }) => code),
  };
}

/** Of what was sent, the messages. */
export const texts = (sent: readonly string[]): string[] => sent.filter((one) => one.startsWith('m'));
