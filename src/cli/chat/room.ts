import type { Group } from '../../api/groups.ts';
import type { DeliveryOutcome } from '../../api/messages.ts';
import type { LanpeerNode } from '../../api/node.ts';
import type { LanpeerErrorCode } from '../../errors.ts';
import { isText, takeTexts } from '../text/text-message.ts';
import { labelOf } from './entries.ts';
import { groupOf } from './room-name.ts';

/** Type of what is said in a room: `{ text }`, to the members of its group. */
export const chatType = 'lanpeer/chat';

/** Somebody in a room, and the name by which others there see it. */
export interface Member {
  readonly id: string;
  readonly name: string;
  readonly label: string;
}

export interface Said {
  readonly from: Member;
  readonly text: string;
  /** Wall clock of this node, ms. */
  readonly at: number;
  /** Whether it was sent to this node alone, by `lanpeer send`. */
  readonly isPrivate: boolean;
}

/** Why something may not have reached a member. */
export type Missed = Exclude<DeliveryOutcome, 'delivered'> | LanpeerErrorCode;

export interface RoomEvents {
  /** What it returns holds the sender back until it settles. */
  said(said: Said): Promise<void> | undefined;
  joined(member: Member): void;
  left(member: Member): void;
  /** What a member wrote cannot be shown. */
  unusable(member: Member): void;
  missed(member: Member, why: Missed): void;
}

export interface RoomDeps {
  readonly node: LanpeerNode;
  readonly room: string;
  readonly events: RoomEvents;
  readonly now: () => number;
}

const wordsIn = (data: unknown): unknown =>
  typeof data === 'object' && data !== null && 'text' in data ? data.text : undefined;

/** Those who talk with each other, as one node sees them. */
export class Room {
  readonly #node: LanpeerNode;
  readonly #group: Group;
  readonly #events: RoomEvents;
  readonly #now: () => number;
  readonly #members = new Map<string, Member>();
  readonly #following: { unsubscribe(): void };

  constructor({ node, room, events, now }: RoomDeps) {
    this.#node = node;
    this.#events = events;
    this.#now = now;
    this.#group = node.join(groupOf(room));
    node.handle(chatType, ({ senderId, data, group }) => {
      if (group === this.#group.name) return this.#take(senderId, wordsIn(data), false);
      return undefined;
    });
    takeTexts(node, ({ from, text }) => this.#take(from, text, true));
    this.#following = this.#group.members$.subscribe((members) =>
      this.#update(new Map([...members].map(([id, { name }]) => [id, name]))),
    );
  }

  get members(): readonly Member[] {
    return [...this.#members.values()];
  }

  /**
   * Says something to all who are in the room now, and tells of those who may have missed it. Resolves with how many that
   * were, once each has it or has missed it.
   * @param accepted Called when the next thing may be said: before that, a member has too much to take already.
   */
  async say(text: string, accepted: () => void = () => undefined): Promise<number> {
    const outcomes: Promise<void>[] = [];
    for await (const [id, result] of this.#group.send(chatType, { text })) {
      const member = this.#members.get(id) ?? this.#member(id);
      const missed = (why: Missed): void => this.#events.missed(member, why);
      if (!result.ok) missed(result.error.code);
      outcomes.push(
        result.ok
          ? result.receipt.delivered.then((fate) => void (fate !== 'delivered' && missed(fate)))
          : Promise.resolve(),
      );
    }
    accepted();
    await Promise.all(outcomes);
    return outcomes.length;
  }

  /** Tells of nobody any more. */
  leave(): void {
    this.#following.unsubscribe();
    this.#group.leave();
  }

  #take(id: string, text: unknown, isPrivate: boolean): Promise<void> | undefined {
    const from = this.#members.get(id) ?? this.#member(id);
    if (isText(text)) return this.#events.said({ from, text, at: this.#now(), isPrivate });
    this.#events.unusable(from);
    return undefined;
  }

  /** A peer, by the name that nobody else has here: anybody may take any name. */
  #member(id: string, name = this.#node.peers.get(id)?.name ?? ''): Member {
    const others = [{ id: this.#node.id, name: this.#node.name }, ...this.#members.values()];
    const label = labelOf({ id, name }, false);
    const isTaken = others.some((other) => other.id !== id && labelOf(other, false) === label);
    return { id, name, label: isTaken ? labelOf({ id, name }, true) : label };
  }

  #update(names: ReadonlyMap<string, string>): void {
    for (const [id, member] of [...this.#members]) {
      if (names.has(id)) continue;
      this.#members.delete(id);
      this.#events.left(member);
    }
    for (const [id, name] of names) {
      const known = this.#members.get(id);
      if (known?.name === name) continue;
      const member = this.#member(id, name);
      this.#members.set(id, member);
      if (!known) this.#events.joined(member);
    }
  }
}
