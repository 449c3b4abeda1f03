import type { PortHolder } from './port-holders.ts';
import { printable } from './printable.ts';

const shown = 4;

function describe({ program, pid, user }: PortHolder): string {
  if (pid === null) return `a program of the user ${printable(user)}`;
  return `${printable(program ?? 'a program')} (pid ${pid})`;
}

/** Programs other than this one, for people; undefined if none is known. */
export function describeHolders(holders: readonly PortHolder[] | null): string | undefined {
  const others = (holders ?? []).filter(({ isOwn }) => !isOwn);
  return others.length === 0 ? undefined : others.slice(0, shown).map(describe).join(', ');
}
