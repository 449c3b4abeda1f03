import { asLanpeerError, type LanpeerErrorCode } from '../../errors.ts';
import type { DeliveryOutcome } from '../../index.ts';
import type { Host, Run } from './hosts.ts';
import { isUninterrupted } from './uninterrupted.ts';

/** A message of the simulation and everything that became of it. */
interface SentMessage {
  readonly no: number;
  readonly from: Run;
  readonly to: Host;
  /** Whether its sender may drop it. */
  readonly volatile: boolean;
  /** Since when both ends have to have run, and to have known each other, for it to arrive. */
  readonly since: number;
  sendState: 'pending' | 'accepted' | 'rejected';
  outcome: DeliveryOutcome | undefined;
  readonly handledBy: Run[];
}

export interface MessageCheckerDeps {
  readonly onViolation: (what: string) => void;
  readonly now: () => number;
  /** True if a link that opens now can only be with the run of the other host that is there now. */
  readonly isCurrentRun: (run: Run, other: Host) => boolean;
}

/** What `send` may reject with. */
const allowedRejections: readonly LanpeerErrorCode[] = [
  'ERR_NO_PEER',
  'ERR_BACKPRESSURE',
  'ERR_NOT_RUNNING',
  'ERR_CLOSED',
];

const nameOf = ({ no, from, to }: SentMessage): string => `message ${no} from ${from.name} to host ${to.at}`;

/** Sends messages, and checks what the nodes promise of them. */
export class MessageChecker {
  readonly #deps: MessageCheckerDeps;
  readonly #messages: SentMessage[] = [];
  readonly #lastHandled = new Map<string, number>();

  constructor(deps: MessageCheckerDeps) {
    this.#deps = deps;
  }

  get sent(): number {
    return this.#messages.length;
  }

  get delivered(): number {
    return this.#messages.filter(({ outcome }) => outcome === 'delivered').length;
  }

  send(from: Run, to: Host, { bytes, volatile }: { readonly bytes: number; readonly volatile: boolean }): void {
    this.#send(from, to, from.startedAt, bytes, volatile);
  }

  /** Sends and requests in the callback that reports a link: the run at its other end has to get both. */
  sendOnConnect(from: Run, to: Host): void {
    const { isCurrentRun, now, onViolation } = this.#deps;
    const since = isCurrentRun(from, to) ? now() : from.startedAt;
    this.#send(from, to, since, 0, false);
    from.node.request(to.id, 'q', null).catch((thrown: unknown) => {
      const { code } = asLanpeerError(thrown, 'ERR_INTERNAL');
      if (code !== 'ERR_TIMEOUT' && from.endedAt === undefined && isUninterrupted(from, to, since))
        onViolation(`a request of ${from.name} to host ${to.at} was rejected with ${code}, though both lived`);
    });
  }

  /** To be called by the handler of that run. */
  handled(by: Run, senderId: string, data: unknown): void {
    const message = this.#messages[(data as { readonly no: number }).no];
    if (message) this.#checkHandled(message, by, senderId);
    else this.#deps.onViolation(`${by.name} handled a message that was never sent`);
  }

  /** True once no message of a running node waits for its outcome. */
  settled(): boolean {
    return this.#messages.every(
      ({ from, sendState, outcome }) =>
        from.endedAt !== undefined || sendState === 'rejected' || (sendState === 'accepted' && outcome !== undefined),
    );
  }

  /** Checks all messages, once they are settled. */
  checkAtEnd(): void {
    const { onViolation } = this.#deps;
    for (const message of this.#messages) {
      const { from, sendState, outcome, handledBy } = message;
      if (from.endedAt !== undefined) continue;
      if (sendState === 'rejected' && handledBy.length > 0) onViolation(`${nameOf(message)} was rejected and handled`);
      if (sendState === 'pending') onViolation(`${nameOf(message)} still waits for room`);
      if (sendState === 'accepted' && outcome === undefined) onViolation(`${nameOf(message)} has no outcome`);
    }
  }

  #send(from: Run, to: Host, since: number, bytes: number, volatile: boolean): void {
    const no = this.#messages.length;
    const message: SentMessage = {
      no,
      from,
      to,
      volatile,
      since,
      sendState: 'pending',
      outcome: undefined,
      handledBy: [],
    };
    this.#messages.push(message);
    from.node.send(to.id, 'n', { no, pad: 'x'.repeat(bytes) }, { volatile }).then(
      (receipt) => {
        message.sendState = 'accepted';
        void receipt.delivered.then((outcome) => this.#settle(message, outcome));
      },
      (thrown: unknown) => {
        message.sendState = 'rejected';
        const { code } = asLanpeerError(thrown, 'ERR_INTERNAL');
        if (!allowedRejections.includes(code)) this.#deps.onViolation(`${nameOf(message)} was rejected with ${code}`);
      },
    );
  }

  #settle(message: SentMessage, outcome: DeliveryOutcome): void {
    const { onViolation } = this.#deps;
    if (message.outcome !== undefined) onViolation(`${nameOf(message)} has two outcomes`);
    message.outcome = outcome;
    const { from, to, volatile, since, handledBy } = message;
    if (outcome === 'delivered' && handledBy.length !== 1)
      onViolation(`${nameOf(message)} is delivered and was handled ${handledBy.length} times`);
    if (outcome === 'unsent' && handledBy.length > 0) onViolation(`${nameOf(message)} is unsent and was handled`);
    if (!volatile && outcome !== 'delivered' && from.endedAt === undefined && isUninterrupted(from, to, since))
      onViolation(`${nameOf(message)} is ${outcome}, though both lived`);
  }

  #checkHandled(message: SentMessage, by: Run, senderId: string): void {
    const { onViolation } = this.#deps;
    if (senderId !== message.from.host.id) onViolation(`${nameOf(message)} came as from ${senderId}`);
    if (by.host !== message.to) onViolation(`${nameOf(message)} came to ${by.name}`);
    message.handledBy.push(by);
    if (message.handledBy.length > 1) onViolation(`${nameOf(message)} was handled twice`);
    if (message.outcome === 'unsent') onViolation(`${nameOf(message)} was unsent and is handled`);
    // Small volatile messages pass large ones.
    if (message.volatile) return;
    const lane = `${message.from.name} ${by.name}`;
    if ((this.#lastHandled.get(lane) ?? -1) > message.no) onViolation(`${nameOf(message)} is out of order`);
    this.#lastHandled.set(lane, message.no);
  }
}
