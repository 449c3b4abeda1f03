import type { SendOptions } from '../../api/messages.ts';
import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { Payload } from '../../protocol/payload.ts';
import type { NodeStreamsSource } from '../../streams/node-streams.ts';
import type { OutboundRequests } from './outbound-requests.ts';
import type { SendObserver } from './outbox.ts';
import { reportProgress } from './transfers.ts';

/** How a message is sent. */
export interface Sending extends SendOptions {
  /** Number by which its receiver refuses it, if it is for a group and has an outcome; else 0. */
  readonly groupNo?: number;
}

export interface SendObserversDeps {
  readonly source: NodeStreamsSource;
  readonly requests: Pick<OutboundRequests, 'refused'>;
  /** A fault that ends nothing. */
  readonly report: (error: LanpeerError) => void;
}

/** What is done when a message that was accepted goes on its way. */
export class SendObservers {
  readonly #deps: SendObserversDeps;
  #transfers = 0;

  constructor(deps: SendObserversDeps) {
    this.#deps = deps;
  }

  /** Reports progress, lent memory that is gone, and a refusal; undefined where there is none of them. */
  of(to: DeviceId, { byteLength }: Payload, { borrow, groupNo = 0 }: Sending): SendObserver | undefined {
    const isLarge = byteLength > limits.messages.largeBytes;
    if (!borrow && groupNo === 0 && !isLarge) return undefined;
    const { refused } = this.#deps.requests;
    return {
      ...(borrow && { lost: () => this.#lost() }),
      ...(groupNo > 0 && { wasRefused: () => refused.take(to, groupNo) }),
      ...(isLarge && { progress: this.#progressOf(to, byteLength) }),
    };
  }

  #progressOf(to: DeviceId, total: number): (bytes: number) => void {
    this.#transfers += 1;
    const no = this.#transfers;
    const progress = reportProgress(this.#deps.source, to, 'out');
    return (bytes) => progress(no, bytes, total);
  }

  /** Later: a record is being filled, and a subscriber may do anything. */
  #lost(): void {
    const error = new LanpeerError('ERR_DATA', 'The memory of a message was transferred while it was lent.');
    queueMicrotask(() => this.#deps.report(error));
  }
}
