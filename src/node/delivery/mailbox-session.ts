import type { LanpeerError } from '../../errors.ts';
import type { AssemblyRoom } from '../../protocol/message-bodies/incoming-bodies.ts';
import { MessageSession } from '../../protocol/message-session/message-session.ts';
import type { MessageSessionOptions } from '../../protocol/message-session/message-session-options.ts';
import { ArrivalOrder } from './arrival-order.ts';
import type { MailboxDeps, MailboxOptions } from './mailbox-deps.ts';

export interface MailboxSessionDeps extends Pick<MailboxDeps, 'makeId' | 'pool' | 'held' | 'receiver' | 'events'> {
  readonly room: AssemblyRoom | undefined;
}

export interface MailboxSessionUser {
  readonly deliver: MessageSessionOptions['deliver'];
  /** What came cannot be taken, or breaks the protocol. */
  readonly refused: (error: LanpeerError) => void;
  /** The other side goes on with a new stream. */
  readonly renewed: () => void;
}

/** The session of a mailbox, and the order in which its messages are delivered. */
export function createMailboxSession(
  { makeId, pool, held, receiver, events, room }: MailboxSessionDeps,
  options: MailboxOptions,
  { deliver, refused, renewed }: MailboxSessionUser,
): { readonly session: MessageSession; readonly order: ArrivalOrder } {
  const order = new ArrivalOrder({
    deliver: (payload, handled) => deliver('message', payload, handled),
    broken: (error) => {
      session.breakOff();
      refused(error);
    },
    memory: held,
  });
  const session: MessageSession = new MessageSession({
    ...options,
    makeId,
    pool,
    ...(room && { room }),
    deliver: (kind, payload, handled) => {
      if (kind === 'message') order.receive(payload, handled);
      else deliver(kind, payload, handled);
    },
    expect: (handled) => order.expect(handled),
    arrive: (payload) => order.arrive(payload),
    refused,
    admit: (kind, bytes) => receiver.admit(kind, bytes),
    progress: events.progress,
    gap: () => {
      events.changed('gap');
      order.clear();
      renewed();
    },
  });
  return { session, order };
}
