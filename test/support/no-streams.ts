import type { MailboxStreams } from '../../src/node/delivery/mailbox-deps.ts';
import { isBodyFrame } from '../../src/protocol/message-bodies/frames.ts';
import type { Turn } from '../../src/protocol/message-bodies/outgoing-bodies.ts';
import type { CarriedBodies } from '../../src/protocol/message-session/carried-bodies.ts';

/** For a mailbox of a peer that opens none: large messages go over the link, which is there all the time. */
export function createNoStreams(wake: () => void = () => undefined): MailboxStreams {
  let bodies: CarriedBodies | undefined;
  const lanes = new Set<Turn>();
  return {
    isBusy: false,
    paired(_, of) {
      bodies = of;
      of.carrier = {
        woken(lane) {
          if (lane) lanes.add(lane);
          wake();
        },
      };
    },
    ended: () => undefined,
    link: () => undefined,
    unlink: () => undefined,
    pull: (into) => (bodies?.pullControl(into) ?? false) || [...lanes].some((lane) => lane.pull(into)),
    receive(frame) {
      if (isBodyFrame(frame)) bodies?.receive(frame);
    },
    close: () => undefined,
  };
}
