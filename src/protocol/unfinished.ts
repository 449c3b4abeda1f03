import { limits } from '../limits.ts';
import type { AssemblyRoom } from './assembly.ts';

/** Memory of messages that have come in part, of all peers together. */
export interface Unfinished {
  /** `drop` lets go of all that this peer holds, by {@link UnfinishedShare.release}; it may be called in any `take`. */
  join(drop: () => void): UnfinishedShare;
  readonly used: number;
}

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
 * A part has room if all messages can still be finished, one after the other, with what is left then (the banker's
 * algorithm: Dijkstra, EWD 108): so peers never wait for each other for ever. Who makes no progress loses what it has when
 * others need it.
 *
 * @param size Bytes: no less than the messages of one peer may have.
 * @param now Milliseconds, monotonic.
 */
export function createUnfinished(size: number, now: () => number): Unfinished {
  /** Those that have begun something. */
  const members = new Set<Member>();
  let used = 0;
  let due = 0;

  function canAllFinish(): boolean {
    if (used > size) return false;
    if (due <= size) return true;
    let left = size - used;
    for (const { held, due } of [...members].sort((one, other) => one.due - one.held - (other.due - other.held))) {
      if (due - held > left) return false;
      left += held;
    }
    return true;
  }

  function set(member: Member, held: number, expected: number): void {
    used += held - member.held;
    due += expected - member.due;
    member.held = held;
    member.due = expected;
    if (held === 0 && expected === 0) members.delete(member);
    else if (!members.has(member)) {
      members.add(member);
      see(member);
    }
  }

  function see(member: Member): void {
    member.seenAt = now();
    member.came = 0;
  }

  /** For how long that one has been idle for too long; negative: it has not. */
  function overdue({ seenAt, awayAt = Number.POSITIVE_INFINITY }: Member): number {
    const time = now();
    const idle = time - seenAt - idleMs;
    return awayAt === Number.POSITIVE_INFINITY ? idle : Math.min(idle, time - awayAt - awayMs);
  }

  function longestIdle(asks: Member): Member | undefined {
    let found: Member | undefined;
    for (const member of members)
      if (member !== asks && overdue(member) >= 0 && (!found || overdue(member) > overdue(found))) found = member;
    return found;
  }

  /** Others that are idle give way to it. */
  function take(member: Member, bytes: number): boolean {
    for (;;) {
      set(member, member.held + bytes, member.due);
      if (canAllFinish()) return true;
      set(member, member.held - bytes, member.due);
      const idle = longestIdle(member);
      if (!idle) return false;
      idle.drop();
      if (members.has(idle)) return false;
    }
  }

  return {
    join(drop) {
      const member: Member = { drop, held: 0, due: 0, came: 0, seenAt: 0, awayAt: now(), returns: 0 };
      return {
        expect: (bytes) => set(member, member.held, member.due + bytes),
        acquire(bytes) {
          const taken = take(member, bytes);
          if (!taken) see(member);
          return taken;
        },
        release: (bytes) => set(member, member.held - bytes, member.due),
        came(bytes) {
          member.came += bytes;
          if (member.came < progressLeastBytes) return;
          member.returns = 0;
          see(member);
        },
        refused: () => see(member),
        here(yes) {
          member.awayAt = yes ? undefined : now();
          if (!yes) return;
          // Who has been away gets time to go on; not for links alone.
          member.returns += 1;
          if (member.returns <= returns) see(member);
        },
      };
    },
    get used() {
      return used;
    },
  };
}
