import { asLanpeerError, type LanpeerErrorCode } from '../../errors.ts';
import type { Fate } from '../../index.ts';
import type { Host, Run } from './hosts.ts';

/** A message of the simulation and everything that became of it. */
interface Letter {
  readonly no: number;
  readonly from: Run;
  readonly to: Host;
  /** Whether its sender may drop it. */
  readonly volatile: boolean;
  /** Since when both ends have to have lived, and to have known each other, for it to arrive. */
  readonly since: number;
  outcome: 'waits' | 'accepted' | 'rejected';
  fate: Fate | undefined;
  readonly handled: Run[];
}

/** Sends messages, and holds the nodes to what they promise of them. */
export interface Letters {
  send(from: Run, to: Host, options: { readonly bytes: number; readonly volatile: boolean }): void;
  /** Sends and asks, in the callback that told of a link: the run at its other end has to get it. */
  greet(from: Run, to: Host): void;
  handled(by: Run, senderId: string, data: unknown): void;
  /** True once nothing that lives waits for its fate. */
  settled(): boolean;
  /** After everything has come to rest. */
  conclude(): void;
  readonly sent: number;
  readonly delivered: number;
}

export interface LettersOptions {
  readonly wrong: (what: string) => void;
  readonly now: () => number;
  /** True if both ends lived since then, and nobody parted them since the sender's run began. */
  readonly isWhole: (run: Run, other: Host, since: number) => boolean;
  /** True if a link that opens now can only be with the run of the other host that is there now. */
  readonly isCertain: (run: Run, other: Host) => boolean;
}

const honest: readonly LanpeerErrorCode[] = ['ERR_NO_PEER', 'ERR_BACKPRESSURE', 'ERR_NOT_RUNNING', 'ERR_CLOSED'];

export function createLetters({ wrong, now, isWhole, isCertain }: LettersOptions): Letters {
  const letters: Letter[] = [];
  const last = new Map<string, number>();
  const nameOf = ({ no, from, to }: Letter): string => `message ${no} from ${from.name} to host ${to.at}`;

  function settle(letter: Letter, fate: Fate): void {
    if (letter.fate !== undefined) wrong(`${nameOf(letter)} has two fates`);
    letter.fate = fate;
    if (fate === 'delivered' && letter.handled.length !== 1)
      wrong(`${nameOf(letter)} is delivered and was handed over ${letter.handled.length} times`);
    if (fate === 'unsent' && letter.handled.length > 0) wrong(`${nameOf(letter)} is unsent and was handed over`);
    const { from, to, volatile, since } = letter;
    if (!volatile && fate !== 'delivered' && from.endedAt === undefined && isWhole(from, to, since))
      wrong(`${nameOf(letter)} is ${fate}, though both lived`);
  }

  function post(from: Run, to: Host, since: number, bytes: number, volatile: boolean): void {
    const no = letters.length;
    const letter: Letter = { no, from, to, volatile, since, outcome: 'waits', fate: undefined, handled: [] };
    letters.push(letter);
    from.node.send(to.id, 'n', { no, pad: 'x'.repeat(bytes) }, { volatile }).then(
      (receipt) => {
        letter.outcome = 'accepted';
        void receipt.delivered.then((fate) => settle(letter, fate));
      },
      (thrown: unknown) => {
        letter.outcome = 'rejected';
        const { code } = asLanpeerError(thrown, 'ERR_INTERNAL');
        if (!honest.includes(code)) wrong(`${nameOf(letter)} was rejected with ${code}`);
      },
    );
  }

  return {
    send: (from, to, { bytes, volatile }) => post(from, to, from.bornAt, bytes, volatile),
    greet(from, to) {
      const since = isCertain(from, to) ? now() : from.bornAt;
      post(from, to, since, 0, false);
      from.node.request(to.id, 'q', null).catch((thrown: unknown) => {
        const { code } = asLanpeerError(thrown, 'ERR_INTERNAL');
        if (code !== 'ERR_TIMEOUT' && from.endedAt === undefined && isWhole(from, to, since))
          wrong(`a request of ${from.name} to host ${to.at} was rejected with ${code}, though both lived`);
      });
    },
    handled(by, senderId, data) {
      const letter = letters[(data as { readonly no: number }).no];
      if (!letter) return wrong(`${by.name} was handed a message that nobody sent`);
      if (senderId !== letter.from.host.id) wrong(`${nameOf(letter)} came as from ${senderId}`);
      if (by.host !== letter.to) wrong(`${nameOf(letter)} came to ${by.name}`);
      letter.handled.push(by);
      if (letter.handled.length > 1) wrong(`${nameOf(letter)} was handed over twice`);
      if (letter.fate === 'unsent') wrong(`${nameOf(letter)} was unsent and is handed over`);
      // Small volatile messages pass large ones.
      if (letter.volatile) return;
      const lane = `${letter.from.name} ${by.name}`;
      if ((last.get(lane) ?? -1) > letter.no) wrong(`${nameOf(letter)} is out of order`);
      last.set(lane, letter.no);
    },
    settled: () =>
      letters.every(
        ({ from, outcome, fate }) =>
          from.endedAt !== undefined || outcome === 'rejected' || (outcome === 'accepted' && fate !== undefined),
      ),
    conclude() {
      for (const letter of letters) {
        const { from, outcome, fate, handled } = letter;
        if (from.endedAt !== undefined) continue;
        if (outcome === 'rejected' && handled.length > 0) wrong(`${nameOf(letter)} was rejected and handed over`);
        if (outcome === 'waits') wrong(`${nameOf(letter)} still waits for room`);
        if (outcome === 'accepted' && fate === undefined) wrong(`${nameOf(letter)} has no fate`);
      }
    },
    get sent() {
      return letters.length;
    },
    get delivered() {
      return letters.filter(({ fate }) => fate === 'delivered').length;
    },
  };
}
