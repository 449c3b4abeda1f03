import type { PeerTarget } from '../args/target.ts';

/** What a device or a peer is known by. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

const fold = (text: string): string => text.normalize('NFC').toLowerCase();

/** Whether a device may be the one that is meant: its id or its name begins like that. */
export function fits(target: PeerTarget, { id, name }: Named): boolean {
  return 'prefix' in target && (id.startsWith(target.prefix) || fold(name).startsWith(fold(target.prefix)));
}

/**
 * Those that are meant: who has the very id, else those with the very name, else those with it in other cases, else all
 * that begin like that. One means that it is found.
 */
export function meant<Of extends Named>(target: PeerTarget, all: Iterable<Of>): readonly Of[] {
  if (!('prefix' in target)) return [];
  const { prefix } = target;
  const fitting = [...all].filter((one) => fits(target, one));
  const closest = [
    ({ id }: Named) => id === prefix,
    ({ name }: Named) => name === prefix,
    ({ name }: Named) => fold(name) === fold(prefix),
  ];
  for (const isMeant of closest) {
    const those = fitting.filter(isMeant);
    if (those.length > 0) return those;
  }
  return fitting;
}
