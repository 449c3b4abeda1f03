import { writeFeatureHead } from '../frames.ts';
import type { RecordBuffer } from '../record-buffer.ts';
import { varintBytes } from '../varint.ts';
import { type GroupChange, leastRoom, writeGroupChanges } from './group-changes.ts';
import { noGroups, type OwnPresence } from './presence.ts';

/**
 * What this node says of itself to one peer: all of it on each new link, then what differs from what it said last. Values
 * that come and go between two records are never said. Without I/O and without time.
 */
export class PresenceSender {
  #session: string | undefined;
  #features: readonly string[] = [];
  readonly #properties = new Told<OwnPresence['properties']>(null);
  readonly #groups = new Told<OwnPresence['groups']>(noGroups);
  /** Changes that lead to these groups and are not written. */
  #changes: readonly GroupChange[] = [];
  #target: ReadonlySet<string> = noGroups;
  #isAnew = false;

  /** A link to that message session of the other side, which announced these features. */
  link(session: string, features: readonly string[]): void {
    const isSame = session === this.#session;
    this.#session = session;
    this.#features = features;
    this.#properties.link(isSame);
    this.#groups.link(isSame);
    this.#changes = [];
  }

  /** Writes the next frame, if there is something to say and it fits. */
  pull(into: RecordBuffer, { properties, groups }: OwnPresence): boolean {
    return this.#pullProperties(into, properties) || this.#pullGroups(into, groups);
  }

  #pullProperties(into: RecordBuffer, properties: OwnPresence['properties']): boolean {
    if (properties === this.#properties.value || !this.#features.includes('properties')) return false;
    const bytes = properties?.byteLength ?? 0;
    if (1 + varintBytes(bytes) + bytes > into.room) return false;
    writeFeatureHead(into, 'properties', bytes);
    if (properties) into.bytes(properties);
    this.#properties.say(properties);
    return true;
  }

  #pullGroups(into: RecordBuffer, groups: ReadonlySet<string>): boolean {
    if (this.#changes.length === 0 && !this.#plan(groups)) return false;
    if (into.room < leastRoom) return false;
    const written = writeGroupChanges(into, this.#changes, this.#isAnew);
    this.#isAnew = false;
    this.#changes = this.#changes.slice(written);
    if (this.#changes.length === 0) this.#groups.say(this.#target);
    else this.#groups.begin();
    return true;
  }

  /** False if there is nothing to say. */
  #plan(groups: ReadonlySet<string>): boolean {
    const told = this.#groups.value;
    if (groups === told || !this.#features.includes('groups')) return false;
    const joined = [...groups].filter((group) => !told?.has(group));
    const left = [...(told ?? noGroups)].filter((group) => !groups.has(group));
    // First what is left: a peer is never in more groups than the cap, not even in between.
    this.#changes = [
      ...left.map((group) => ({ group, joins: false })),
      ...joined.map((group) => ({ group, joins: true })),
    ];
    this.#target = groups;
    this.#isAnew = told === undefined;
    if (this.#isAnew || this.#changes.length > 0) return true;
    this.#groups.say(groups);
    return false;
  }
}

/** What the other side has of a value. */
class Told<Value> {
  readonly #first: Value;
  #value: Value | undefined;
  #hasSaid = false;

  /** @param first What a side has that has heard nothing. */
  constructor(first: Value) {
    this.#first = first;
    this.#value = first;
  }

  /** Undefined where it may have any: what was on its way when a link broke is there or is not. */
  get value(): Value | undefined {
    return this.#value;
  }

  /** @param isSame It is the session that was told before. */
  link(isSame: boolean): void {
    if (!isSame) this.#hasSaid = false;
    this.#value = this.#hasSaid ? undefined : this.#first;
  }

  say(value: Value): void {
    this.#hasSaid = true;
    this.#value = value;
  }

  /** A part of the next value is said. */
  begin(): void {
    this.#hasSaid = true;
  }
}
