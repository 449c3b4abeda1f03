import type { MailboxStreams } from '../../src/node/delivery/mailbox-deps.ts';

/** For a mailbox of a peer that opens none. */
export const noStreams: MailboxStreams = {
  isBusy: false,
  paired: () => undefined,
  ended: () => undefined,
  link: () => undefined,
  unlink: () => undefined,
  pull: () => false,
  receive: () => undefined,
  close: () => undefined,
};
