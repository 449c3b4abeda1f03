import type { Group } from '../../api/groups.ts';
import { asLanpeerError } from '../../errors.ts';
import type { Host, Run } from './hosts.ts';

export const groupType = 'g';
const names = ['red', 'green', 'blue', 'ö'] as const;

/** What a run says of itself. */
interface Presence {
  readonly groups: Map<string, Group>;
  properties: { readonly no: number } | undefined;
}

export interface PresenceCheckerDeps {
  readonly onViolation: (what: string) => void;
}

/** Joins and leaves groups and sets properties, and checks that every node knows those of its peers once all is quiet. */
export class PresenceChecker {
  readonly #deps: PresenceCheckerDeps;
  readonly #said = new WeakMap<Run, Presence>();
  #count = 0;
  #checked = 0;

  constructor(deps: PresenceCheckerDeps) {
    this.#deps = deps;
  }

  /** Peers whose groups and properties were compared at the end. */
  get checked(): number {
    return this.#checked;
  }

  /** The run joins the group of that number, or leaves it. Returns what it does. */
  toggle(run: Run, at: number): string {
    const name = names[at % names.length] ?? names[0];
    const { groups } = this.#of(run);
    const group = groups.get(name);
    if (group) {
      group.leave();
      groups.delete(name);
      return `leaves ${name}`;
    }
    groups.set(name, run.node.join(name));
    return `joins ${name}`;
  }

  /** The run changes its properties so many times. */
  setProperties(run: Run, times: number): void {
    const presence = this.#of(run);
    for (let time = 0; time < times; time += 1) {
      this.#count += 1;
      presence.properties = { no: this.#count };
      run.node.setProperties(presence.properties);
    }
  }

  /** The run sends to each of its groups. */
  send(run: Run): void {
    for (const [name, group] of this.#of(run).groups)
      group.send(groupType, name).catch((thrown: unknown) => {
        const { code } = asLanpeerError(thrown, 'ERR_INTERNAL');
        if (code !== 'ERR_NOT_RUNNING') this.#deps.onViolation(`${run.name} could not send to ${name}: ${code}`);
      });
  }

  /** To be called by the handler of that run, with the group of the message. */
  handled(by: Run, group: string | undefined, data: unknown): void {
    if (group !== data) this.#deps.onViolation(`${by.name} was told that a message to ${String(data)} is to ${group}`);
    if (group === undefined || !this.#of(by).groups.has(group))
      this.#deps.onViolation(`${by.name} handled a message to ${group}, where it is not`);
  }

  /** To be called once nothing changes any more, and everybody is connected. */
  checkAtEnd(runs: readonly Run[], find: (id: string) => Host | undefined): void {
    for (const run of runs)
      for (const [id, { groups, properties }] of run.node.peers) {
        const other = find(id)?.run;
        if (!other) continue;
        this.#checked += 1;
        const said = this.#of(other);
        const shown = [...groups].sort().join();
        const wanted = [...said.groups.keys()].sort().join();
        if (shown !== wanted)
          this.#deps.onViolation(`${run.name} takes ${other.name} to be in [${shown}], not [${wanted}]`);
        const { no } = properties as { readonly no?: number };
        if (no !== said.properties?.no)
          this.#deps.onViolation(`${run.name} has properties ${no} of ${other.name}, not ${said.properties?.no}`);
      }
  }

  #of(run: Run): Presence {
    const known = this.#said.get(run);
    if (known) return known;
    const presence: Presence = { groups: new Map(), properties: undefined };
    this.#said.set(run, presence);
    return presence;
  }
}
