import type { ConnectionChange } from '../../api/peers.ts';
import type { PeerStep } from './steps.ts';

/** A change as steps write it. */
export const textOf = ({ state, reason }: ConnectionChange): string => `${state} ${reason}`;

/** `connected replaced|upgraded?` as the expression that such changes match, each behind a semicolon. */
function expressionOf(change: string): string {
  const [state = '', reasons = ''] = change.split(' ');
  const optional = reasons.endsWith('?');
  const alternatives = optional ? reasons.slice(0, -1) : reasons;
  return `(?:;${state} (?:${alternatives}))${optional ? '?' : ''}`;
}

/** Whether these changes are those of the step. */
export function fits({ changes, repeated }: PeerStep, seen: readonly ConnectionChange[]): boolean {
  const all = changes.map(expressionOf).join('');
  const pattern = new RegExp(`^${repeated ? `(?:${all})+` : all}$`);
  return pattern.test(seen.map((change) => `;${textOf(change)}`).join(''));
}

/** For a message. */
export const listOf = (changes: readonly string[]): string => (changes.length > 0 ? changes.join(', ') : 'nothing');
