import { setTimeout as pause } from 'node:timers/promises';
import { randomId } from '../hostile-link.ts';
import { writeLine } from '../lines.ts';
import { makeMember } from '../member.ts';
import { openSlowPath } from '../slow-path.ts';
import type { Target } from '../target.ts';

/** `nothing`: it reads nothing. `byte`: it reads a byte a second, and answers pings that it has not read. */
export type Reading = 'nothing' | 'byte';

/** One after another opens a link over TLS as any peer does, and goes on like that. Resolves with how they ended. */
export async function leaveUnread(
  target: Target,
  { readings, ms }: { readonly readings: readonly Reading[]; readonly ms: number },
): Promise<readonly string[]> {
  const ends: Promise<string>[] = [];
  for (const reading of readings) {
    const { ended } = await openUnread(target, reading, ms);
    ends.push(ended);
  }
  return Promise.all(ends);
}

async function openUnread(target: Target, reading: Reading, ms: number): Promise<{ readonly ended: Promise<string> }> {
  const path = await openSlowPath(target);
  const member = await makeMember(path.target);
  const link = await member.connect('tls');
  await link.write({ kind: 'begin', stream: randomId(), next: 1 });
  path.stopReading();
  writeLine({ event: 'unread', reading, id: member.id });
  return { ended: keepUp() };

  async function keepUp(): Promise<string> {
    for (
      const until = performance.now() + ms;
      link.over === undefined && performance.now() < until;
      await pause(1_000)
    ) {
      if (reading === 'nothing') continue;
      // One for all pings so far.
      await link.write({ kind: 'pong', no: 2 ** 31 });
      path.readByte();
    }
    const over = link.over ?? 'open';
    path.close();
    await member.close();
    return over;
  }
}
