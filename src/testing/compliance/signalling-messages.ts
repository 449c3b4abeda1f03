import type { SessionEnd } from '../../adapters/signalling/port.ts';
import type { SignalMessage } from '../../protocol/signal.ts';

export type Message = Exclude<SignalMessage, { type: 'bye' }>;

/** A message of that number, small. */
export const lost = (epoch: number): Message => ({ type: 'lost', epoch });
export const numbered = (count: number): Message[] => Array.from({ length: count }, (_, no) => lost(no + 1));
/** The code of a session that was lost; `bye` for one that was not. */
export const codeOf = (end: SessionEnd | undefined): string | undefined =>
  end?.kind === 'lost' ? end.error.code : end?.kind;

/** A message whose text has exactly that many bytes. */
export function sized(bytes: number): Message {
  const message = { type: 'signal', epoch: 1, body: '' } as const;
  return { ...message, body: 'x'.repeat(bytes - JSON.stringify(message).length) };
}
