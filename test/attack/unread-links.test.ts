import { expect, test } from 'vitest';
import { limits } from '../../src/limits.ts';
import type { CliProcess } from '../../src/testing/cli-process.ts';
import { withVictim } from './support/attack-setup.ts';
import type { Reading } from './support/attacks/unread-links.ts';
import { expectHeld } from './support/promises.ts';

const largeBytes = 50_000_000;
const { queued, queuedBytes } = limits.messages;

/** Events of the victim about one of them. */
const told = ({ events }: CliProcess, of: unknown, event: string) =>
  events.filter((one) => one.event === event && one['id'] === of);

test('members on the TLS lane that read nothing, or a byte a second, fill no memory, and the program is told', () =>
  withVictim({ maxMessageBytes: 16_777_216, sendTo: 'hostile' }, async ({ attack, victim }) => {
    const { cli } = victim;
    const seen = await attack(
      'leaveUnread',
      { readings: ['byte', 'nothing'], ms: 25_000 },
      {
        timeMs: 30_000,
        async beside(attacker) {
          const idOf = async (reading: Reading): Promise<unknown> =>
            (await attacker.waitFor(reading, (event) => event['reading'] === reading, { timeMs: 20_000 }))['id'];
          const [slow, silent] = [await idOf('byte'), await idOf('nothing')];
          // Of that which began later: the other one would have ended before.
          const ended = await cli.waitFor(
            'the end of the link',
            ({ event, id, state }) => event === 'connection' && id === silent && state === 'failed',
            { timeMs: 20_000 },
          );
          expect(ended).toMatchObject({ reason: 'silent', code: 'ERR_TIMEOUT' });
          expect(told(cli, slow, 'connection').filter(({ state }) => state !== 'connected')).toEqual([]);
          const { connections, peers } = await victim.stats();
          expect(connections.connected).toBe(2);
          for (const id of [slow, silent]) {
            const [full] = told(cli, id, 'full');
            expect(full).toMatchObject({ code: 'ERR_BACKPRESSURE', queued: peers[String(id)]?.queued });
            const { messages, bytes } = peers[String(id)]?.queued ?? { messages: 0, bytes: 0 };
            expect(messages).toBe(queued + 1);
            expect([bytes > largeBytes, bytes <= largeBytes + queuedBytes]).toEqual([true, true]);
            // With a link or without one: what has no room yet waits for it.
            expect([told(cli, id, 'waiting').length, told(cli, id, 'settled').length]).toEqual([1, 0]);
          }
          attacker.kill('SIGKILL');
        },
      },
    );
    expectHeld(seen, { many: true });
    expect(seen.grewMb, 'MB, with a large message to each that does not leave').toBeLessThan(largeBytes / 1_000_000);
  }));
