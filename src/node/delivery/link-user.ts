import { isStreamFrame } from '../../protocol/byte-stream/frames.ts';
import { isBodyFrame } from '../../protocol/message-bodies/frames.ts';
import type { MessageSession } from '../../protocol/message-session/message-session.ts';
import type { Channel } from '../links/channel.ts';
import type { ChannelUser } from '../links/channel-deps.ts';
import type { PeerPresence } from '../presence/peer-presence.ts';
import type { Acknowledgements } from './acknowledgements.ts';
import type { MailboxStreams } from './mailbox-deps.ts';

export interface LinkUserDeps {
  readonly session: MessageSession;
  readonly streams: MailboxStreams;
  readonly presence: PeerPresence;
  readonly acknowledgements: Acknowledgements;
}

type Turn = Pick<ChannelUser, 'pull'>;

/**
 * For each link: takes frames to where they belong, and writes those of messages and of byte streams in turn, behind what
 * this node says of itself.
 */
export const linkUserOf =
  ({ session, streams, presence, acknowledgements }: LinkUserDeps) =>
  (channel: Channel): ChannelUser => {
    // Whoever wrote last is behind the other, also in the next record: one of them may fill each alone.
    let turns: readonly [Turn, Turn] = [streams, session];
    return {
      pull(into) {
        if (presence.pull(into)) return true;
        const [first, second] = turns;
        if (first.pull(into)) turns = [second, first];
        else if (!second.pull(into)) return false;
        return true;
      },
      receive(frame) {
        if (isStreamFrame(frame) || isBodyFrame(frame)) {
          streams.receive(frame);
          return;
        }
        if (frame.kind === 'groups' || frame.kind === 'properties') {
          presence.receive(frame);
          return;
        }
        session.receive(frame);
        const { pair } = session;
        if (frame.kind === 'begin' && pair) streams.paired(pair, session.bodies);
        // It may have opened the window, with a transport that sent everything long ago and does not drain again.
        if (frame.kind === 'ack') channel.wake();
        acknowledgements.schedule();
      },
    };
  };
