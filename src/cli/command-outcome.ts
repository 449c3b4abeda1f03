import type { Receipt } from '../api/messages.ts';
import type { LanpeerNode } from '../api/node.ts';
import { asLanpeerError } from '../errors.ts';
import type { JoinedGroups } from './joined-groups.ts';
import type { Reference } from './read-command.ts';
import type { StreamSources } from './stream-source.ts';

export interface CommandDeps {
  readonly node: LanpeerNode;
  readonly sources: StreamSources;
  readonly groups: JoinedGroups;
  write(event: object): void;
  stop(): void;
}

/** What a command that succeeded has to tell. */
export interface Outcome {
  readonly data: unknown;
  /** What is to be done after the response. */
  readonly after?: () => unknown;
}

export const failed = (thrown: unknown) => {
  const { code, message, remoteCode, bytes } = asLanpeerError(thrown, 'ERR_INTERNAL');
  return {
    ok: false as const,
    code,
    message,
    ...(remoteCode !== undefined && { remoteCode }),
    ...(bytes !== undefined && { bytes }),
  };
};

export const referred = (ref: Reference | undefined): object => (ref === undefined ? {} : { ref });

/** Tells the outcome of a message, for commands that have a reference. */
export async function follow(
  { write }: Pick<CommandDeps, 'write'>,
  reference: Reference | undefined,
  to: string,
  { delivered }: Receipt,
): Promise<void> {
  const fate = await delivered;
  if (reference === undefined) return;
  if (fate === 'delivered') write({ event: 'delivered', ref: reference, to });
  else write({ event: 'undelivered', ref: reference, to, fate });
}
