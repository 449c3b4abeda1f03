import type { Socket } from 'node:net';
import type { Clock, Random } from '../../../environment.ts';
import { limits } from '../../../limits.ts';
import { BoundedMap } from '../../../util/bounded-map.ts';
import { createTokenBucket } from '../../../util/token-bucket.ts';

/** A socket that is not authenticated yet, and what happens to it. */
export interface Guest {
  readonly socket: Socket;
  /** Remote address, by which room is shared out. */
  readonly address: string;
  /** It has a slot: its TLS handshake may begin. */
  readonly enter: () => void;
  /** It was destroyed for want of room, time or sense. */
  readonly refuse: () => void;
}

export interface FairPoolOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Slots that one address may hold at a time. */
  readonly perAddress: number;
  /** Slots that are given out: so many a second after a pause, and after as many at once. */
  readonly perSecond: number;
}

/** Room for sockets of many addresses. A socket is silent, then waits for a slot, then holds one. */
export interface FairPool {
  /** Takes it as a silent one. */
  admit(guest: Guest): void;
  /** Its first TLS record is whole. */
  ready(socket: Socket): void;
  /** It came one step further: what it has to do next has its own time. */
  progress(socket: Socket): void;
  /** It is closed, or no stranger any more. False if it was not here. */
  leave(socket: Socket): boolean;
  /** Takes note of the time that went by while this process was on time, ms. */
  sweep(ms: number): void;
  /** Ends all of them. */
  stop(): void;
  /** Slots that are held, and sockets without one. */
  readonly size: number;
  readonly waiting: number;
}

interface Place {
  readonly guest: Guest;
  stage: 'silent' | 'waiting' | 'inside';
  /** Time in this stage, and since its last step, in ms of a process that was on time. */
  ms: number;
  stepMs: number;
}

const { sockets, waiting: room, timeMs, graceMs, loneGraceMs, hurryMs, bytes, remembered } = limits.strangers;

/**
 * Fair share by address. Where there is no room, somebody of the address that holds most goes, chosen by chance: whoever
 * comes from another address gets in, however many sockets others open, and the one that has just come fares no worse than
 * those before it. A slot is given to the address that holds fewest, of equal ones to the one that had none for longest.
 */
export function createFairPool({ clock, random, perAddress, perSecond }: FairPoolOptions): FairPool {
  const places = new Map<Socket, Place>();
  /** When each address got a slot last, as a serial number; the one that was quiet for longest is first. */
  const served = new BoundedMap<string, number>(remembered);
  let serial = 0;
  let inside = 0;
  /** Handshakes that may begin. */
  const handshakes = createTokenBucket({ perSecond, burst: perSecond }, clock);
  let timer: unknown;

  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)];

  function byAddress(fits: (place: Place) => boolean): Map<string, Place[]> {
    const all = new Map<string, Place[]>();
    for (const place of places.values()) {
      if (!fits(place)) continue;
      const { address } = place.guest;
      const same = all.get(address);
      if (same) same.push(place);
      else all.set(address, [place]);
    }
    return all;
  }

  const isInside = ({ stage }: Place): boolean => stage === 'inside';
  const isOutside = ({ stage }: Place): boolean => stage !== 'inside';
  const isSlow = (place: Place): boolean => isInside(place) && place.stepMs >= hurryMs;

  function remove(place: Place): boolean {
    if (!places.delete(place.guest.socket)) return false;
    if (place.stage === 'inside') inside -= 1;
    return true;
  }

  function sendAway(place: Place): void {
    if (!remove(place)) return;
    place.guest.socket.destroy();
    place.guest.refuse();
  }

  /** One of those that hold most, of the sockets without a slot. */
  function makeRoom(): void {
    const crowds = [...byAddress(isOutside).values()];
    const most = Math.max(...crowds.map(({ length }) => length));
    const victim = pick(pick(crowds.filter(({ length }) => length === most)) ?? []);
    if (victim) sendAway(victim);
  }

  /** The one that gets the next slot. */
  function candidate(held: ReadonlyMap<string, readonly Place[]>): Place | undefined {
    const crowds = byAddress(({ stage }) => stage === 'waiting');
    let best: (readonly [address: string, count: number, last: number])[] = [];
    for (const address of crowds.keys()) {
      const own = held.get(address) ?? [];
      const count = own.length;
      if (count >= perAddress && !own.some(isSlow)) continue;
      const one = [address, count, served.get(address) ?? 0] as const;
      const order = best[0] ? count - best[0][1] || one[2] - best[0][2] : -1;
      if (order < 0) best = [one];
      else if (order === 0) best.push(one);
    }
    const chosen = pick(best);
    return chosen && pick(crowds.get(chosen[0]) ?? []);
  }

  /** Somebody gives its slot up for that one: of the address that holds most, or who takes too long for a step. */
  function yieldTo({ guest: { address } }: Place, held: ReadonlyMap<string, readonly Place[]>): boolean {
    const own = held.get(address) ?? [];
    if (own.length < perAddress && inside < sockets) return true;
    const most = Math.max(...[...held.values()].map(({ length }) => length));
    const greedy = [...held.values()]
      .filter(({ length }) => length === most && length > own.length)
      .flat()
      .filter(({ ms }) => ms >= (most > 1 ? graceMs : loneGraceMs));
    const slow = (own.length < perAddress ? [...places.values()] : own).filter(isSlow);
    const victim = pick(greedy.length > 0 ? greedy : slow);
    if (victim) sendAway(victim);
    return victim !== undefined;
  }

  function enter(place: Place): void {
    const { address } = place.guest;
    place.stage = 'inside';
    place.ms = 0;
    place.stepMs = 0;
    inside += 1;
    serial += 1;
    served.set(address, serial);
    place.guest.enter();
  }

  /** Gives out the slots that there are. */
  function serve(): void {
    for (;;) {
      const held = byAddress(isInside);
      const next = candidate(held);
      if (!next) return;
      if (handshakes.tokens < 1) {
        serveLater();
        return;
      }
      if (!yieldTo(next, held)) return;
      handshakes.take();
      enter(next);
    }
  }

  function serveLater(): void {
    timer ??= clock.setTimeout(() => {
      timer = undefined;
      serve();
    }, handshakes.waitMs);
  }

  return {
    admit(guest) {
      places.set(guest.socket, { guest, stage: 'silent', ms: 0, stepMs: 0 });
      if (places.size - inside > room) makeRoom();
    },
    ready(socket) {
      const place = places.get(socket);
      if (place?.stage !== 'silent') return;
      place.stage = 'waiting';
      serve();
    },
    progress(socket) {
      const place = places.get(socket);
      if (place) place.stepMs = 0;
    },
    leave(socket) {
      const place = places.get(socket);
      if (!place || !remove(place)) return false;
      serve();
      return true;
    },
    sweep(ms) {
      for (const place of places.values()) {
        place.ms += ms;
        place.stepMs += ms;
      }
      for (const place of [...places.values()])
        if (place.ms >= timeMs || place.guest.socket.bytesRead > bytes) sendAway(place);
      serve();
    },
    stop() {
      clock.clearTimeout(timer);
      timer = undefined;
      for (const { guest } of places.values()) guest.socket.destroy();
      places.clear();
      inside = 0;
    },
    get size() {
      return inside;
    },
    get waiting() {
      return places.size - inside;
    },
  };
}
