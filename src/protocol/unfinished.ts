/** Memory of messages that have come in part, of all peers together. */
export interface Unfinished {
  /** `drop` lets go of all that this peer holds, by {@link UnfinishedShare.give}; it may be called in any `take`. */
  join(drop: () => void): UnfinishedShare;
  readonly used: number;
}

/** What one peer holds of it. */
export interface UnfinishedShare {
  /** False where there is no room, and nobody who should give some. */
  take(bytes: number): boolean;
  give(bytes: number): void;
  /** Whether there is a link to the peer: without one it is the first to lose what it has. */
  here(yes: boolean): void;
}

interface Member {
  readonly drop: () => void;
  held: number;
  here: boolean;
}

export function createUnfinished(size: number): Unfinished {
  /** Those that hold something; those without a link in the order in which they lost it. */
  const members = new Set<Member>();
  let used = 0;

  /** Who gives its room up: who is away, longest away first, else the greediest, unless that is who asks. */
  function choose(asks: Member, bytes: number): Member | undefined {
    const others = [...members].filter((member) => member !== asks);
    const away = others.find(({ here }) => !here);
    if (away) return away;
    const [most] = others.sort((one, other) => other.held - one.held);
    return most && most.held > asks.held + bytes ? most : undefined;
  }

  function makeRoom(asks: Member, bytes: number): boolean {
    while (used + bytes > size) {
      const member = choose(asks, bytes);
      if (!member) return false;
      const { held } = member;
      member.drop();
      if (member.held >= held) return false;
    }
    return true;
  }

  return {
    join(drop) {
      const member: Member = { drop, held: 0, here: false };
      function set(held: number): void {
        used += held - member.held;
        member.held = held;
        if (held > 0) members.add(member);
        else members.delete(member);
      }
      return {
        take(bytes) {
          if (!makeRoom(member, bytes)) return false;
          set(member.held + bytes);
          return true;
        },
        give: (bytes) => set(member.held - bytes),
        here(yes) {
          member.here = yes;
          if (members.delete(member)) members.add(member);
        },
      };
    },
    get used() {
      return used;
    },
  };
}
