import { limits } from '../../limits.ts';
import type { PresenceFrame } from '../frame-types.ts';
import { readGroupChanges, refuse } from './group-changes.ts';
import { noGroups, type Presence } from './presence.ts';
import { checkPropertiesBytes, decodeProperties, noProperties } from './properties.ts';

const noBytes = new Uint8Array();
const nothing: Presence = { properties: noProperties, groups: noGroups };

/**
 * What one peer says of itself. Only the newest values are kept, properties as bytes until they are taken: changes that
 * come faster than they are taken cost a copy. Without I/O and without time.
 */
export class PresenceReceiver {
  #session: string | undefined;
  #current = nothing;
  /** Properties that came and were not taken; and those that were taken last. */
  #properties: Uint8Array | undefined;
  #taken: Uint8Array = noBytes;
  /** Groups, the changes among them that came. */
  #groups = new Set<string>();
  #areGroupsNew = false;
  #goesOn = false;

  /** What was taken last. */
  get current(): Presence {
    return this.#current;
  }

  /** A link to that message session of the other side: another one has said nothing yet. */
  link(session: string): void {
    if (session !== this.#session) this.reset();
    this.#session = session;
  }

  /** Its session is over. */
  reset(): void {
    this.#session = undefined;
    this.#current = nothing;
    this.#properties = undefined;
    this.#taken = noBytes;
    this.#groups = new Set();
    this.#areGroupsNew = false;
    this.#goesOn = false;
  }

  /** Throws {@link LanpeerError} `ERR_PROTOCOL`. */
  receive({ kind, payload }: PresenceFrame): void {
    if (kind === 'groups') this.#receiveGroups(payload);
    else {
      checkPropertiesBytes(payload.byteLength);
      this.#properties = Uint8Array.from(payload);
    }
  }

  /** What has changed since it was called last; undefined for nothing. Throws {@link LanpeerError} `ERR_PROTOCOL`. */
  take(): Presence | undefined {
    const before = this.#current;
    const properties = this.#takeProperties(before.properties);
    const groups = this.#takeGroups(before.groups);
    if (properties === before.properties && groups === before.groups) return undefined;
    this.#current = { properties, groups };
    return this.#current;
  }

  #takeProperties(before: Presence['properties']): Presence['properties'] {
    const bytes = this.#properties;
    this.#properties = undefined;
    // On each new link a peer says again what it has said.
    if (!bytes || Buffer.compare(bytes, this.#taken) === 0) return before;
    this.#taken = bytes;
    return decodeProperties(bytes);
  }

  #takeGroups(before: Presence['groups']): Presence['groups'] {
    if (!this.#areGroupsNew || this.#goesOn) return before;
    this.#areGroupsNew = false;
    const groups = this.#groups;
    const isSame = groups.size === before.size && [...groups].every((group) => before.has(group));
    return isSame ? before : new Set(groups);
  }

  #receiveGroups(payload: Uint8Array): void {
    const { anew, goesOn, changes } = readGroupChanges(payload);
    const groups = this.#groups;
    if (anew) groups.clear();
    for (const { group, joins } of changes) {
      if (!joins) groups.delete(group);
      else if (groups.size < limits.presence.groups || groups.has(group)) groups.add(group);
      else refuse(`they are more than ${limits.presence.groups}`);
    }
    this.#areGroupsNew = true;
    this.#goesOn = goesOn;
  }
}
