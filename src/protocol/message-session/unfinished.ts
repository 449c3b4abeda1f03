import { limits } from '../../limits.ts';
import type { AssemblyRoom } from '../message-bodies/incoming-bodies.ts';

/** What one peer holds of it. */
export interface UnfinishedShare extends AssemblyRoom {
  /** Whether there is a link to the peer. */
  here(yes: boolean): void;
}

interface Member {
  readonly drop: () => void;
  held: number;
  /** Length in all of its unfinished messages. */
  due: number;
  /** Bytes that came since it was seen to make progress. */
  came: number;
  /** When it was: what came was enough, or it was refused and so could not. */
  seenAt: number;
  /** When its link went; undefined while there is one. */
  awayAt: number | undefined;
  /** Links since then. */
  returns: number;
}

const { idleMs, awayMs, progressLeastBytes, returns } = limits.messages.unfinished;

/**
 * Memory of messages that have come in part, of all peers together. A part has room if all messages can still be finished,
 * one after the other, with what is left then (the banker's algorithm: Dijkstra, EWD 108): so peers never wait for each
 * other for ever. A peer that makes no progress loses what it has when others need it.
 */
export class Unfinished {
  readonly #size: number;
  readonly #now: () => number;
  /** Those that have begun something. */
  readonly #members = new Set<Member>();
  #used = 0;
  #due = 0;

  /**
   * @param size Bytes: no less than the messages of one peer may have.
   * @param now Milliseconds, monotonic.
   */
  constructor(size: number, now: () => number) {
    this.#size = size;
    this.#now = now;
  }

  get used(): number {
    return this.#used;
  }

  /** `drop` lets go of all that this peer holds, by {@link UnfinishedShare.release}; it may be called in any `acquire`. */
  join(drop: () => void): UnfinishedShare {
    const member: Member = { drop, held: 0, due: 0, came: 0, seenAt: 0, awayAt: this.#now(), returns: 0 };
    return {
      expect: (bytes) => this.#set(member, member.held, member.due + bytes),
      acquire: (bytes) => {
        const taken = this.#take(member, bytes);
        if (!taken) this.#see(member);
        return taken;
      },
      release: (bytes) => this.#set(member, member.held - bytes, member.due),
      came: (bytes) => this.#came(member, bytes),
      refused: () => this.#see(member),
      here: (yes) => this.#here(member, yes),
    };
  }

  #came(member: Member, bytes: number): void {
    member.came += bytes;
    if (member.came < progressLeastBytes) return;
    member.returns = 0;
    this.#see(member);
  }

  #here(member: Member, yes: boolean): void {
    member.awayAt = yes ? undefined : this.#now();
    if (!yes) return;
    // A peer that has been away gets time to go on; not for links alone.
    member.returns += 1;
    if (member.returns <= returns) this.#see(member);
  }

  /** Others that are idle give way to it. */
  #take(member: Member, bytes: number): boolean {
    for (;;) {
      this.#set(member, member.held + bytes, member.due);
      if (this.#canAllFinish()) return true;
      this.#set(member, member.held - bytes, member.due);
      const idle = this.#longestIdle(member);
      if (!idle) return false;
      idle.drop();
      if (this.#members.has(idle)) return false;
    }
  }

  #set(member: Member, held: number, expected: number): void {
    this.#used += held - member.held;
    this.#due += expected - member.due;
    member.held = held;
    member.due = expected;
    if (held === 0 && expected === 0) this.#members.delete(member);
    else if (!this.#members.has(member)) {
      this.#members.add(member);
      this.#see(member);
    }
  }

  #see(member: Member): void {
    member.seenAt = this.#now();
    member.came = 0;
  }

  #canAllFinish(): boolean {
    if (this.#used > this.#size) return false;
    if (this.#due <= this.#size) return true;
    let left = this.#size - this.#used;
    const byNeed = [...this.#members].sort((one, other) => one.due - one.held - (other.due - other.held));
    for (const { held, due } of byNeed) {
      if (due - held > left) return false;
      left += held;
    }
    return true;
  }

  #longestIdle(asks: Member): Member | undefined {
    let found: Member | undefined;
    for (const member of this.#members)
      if (member !== asks && this.#overdue(member) >= 0 && (!found || this.#overdue(member) > this.#overdue(found)))
        found = member;
    return found;
  }

  /** For how long that one has been idle for too long; negative: it has not. */
  #overdue({ seenAt, awayAt = Number.POSITIVE_INFINITY }: Member): number {
    const time = this.#now();
    const idle = time - seenAt - idleMs;
    return awayAt === Number.POSITIVE_INFINITY ? idle : Math.min(idle, time - awayAt - awayMs);
  }
}
