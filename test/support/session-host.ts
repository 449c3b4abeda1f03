import type { LanpeerError } from '../../src/errors.ts';
import { ArrivalOrder } from '../../src/node/delivery/arrival-order.ts';
import type { MessageKind } from '../../src/protocol/frame-types.ts';
import { MessageSession } from '../../src/protocol/message-session/message-session.ts';
import { createPool } from '../../src/protocol/message-session/window.ts';
import type { Payload } from '../../src/protocol/payload.ts';

export interface SessionHostOptions {
  readonly run: string;
  readonly makeId: () => string;
  /** A message is delivered; what that returns is called when it is handled. */
  readonly deliver: (of: MessageKind, payload: Payload) => () => void;
  readonly failed: (error: LanpeerError) => void;
}

/** A session, and the messages whose handlers have not settled. */
export class SessionHost {
  readonly run: string;
  readonly session: MessageSession;
  readonly waiting: (() => void)[] = [];
  gaps = 0;
  readonly #order: ArrivalOrder;

  constructor({ run, makeId, deliver, failed }: SessionHostOptions) {
    this.run = run;
    const take = (of: MessageKind, payload: Payload, handled: () => void): void => {
      const note = deliver(of, payload);
      const settle = (): void => {
        note();
        handled();
      };
      if (of === 'message') this.waiting.push(settle);
      else settle();
    };
    const order = new ArrivalOrder({
      deliver: (payload, handled) => take('message', payload, handled),
      broken: (error) => {
        this.session.breakOff();
        failed(error);
      },
      memory: { acquire: () => true, release: () => undefined },
    });
    this.#order = order;
    this.session = new MessageSession({
      makeId,
      maxMessageBytes: 1_000_000,
      pool: createPool(10_000_000),
      progress: () => undefined,
      gap: () => {
        this.gaps += 1;
        order.clear();
      },
      refused: failed,
      expect: (handled) => order.expect(handled),
      arrive: (payload) => order.arrive(payload),
      deliver(of, payload, handled) {
        if (of === 'message') order.receive(payload, handled);
        else take(of, payload, handled);
      },
    });
  }

  expire(): void {
    this.session.expire();
    this.#order.clear();
  }
}
