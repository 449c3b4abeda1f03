import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { NodeStats } from '../../../src/index.ts';
import { type CliProcess, startCli } from '../../../src/testing/cli-process.ts';
import type { AttackName, AttackOptions } from './attacks/index.ts';
import { type OrdinaryPeer, startOrdinaryPeer } from './ordinary-peer.ts';
import { peakMb, processorMs, resetPeak, residentMb } from './process-memory.ts';
import { startVictim, type Victim, type VictimOptions } from './victim.ts';

const main = fileURLToPath(new URL('attacker-process.ts', import.meta.url));

/** What an attack did. */
export interface Seen {
  /** How the links and sessions of the attacker ended. */
  readonly outcomes: readonly string[];
  readonly died: boolean;
  /** By how much the memory of the victim grew at most, and how much more it has 10 s later at most. */
  readonly grewMb: number;
  readonly keptMb: number;
  /** Longest time that its event loop was held, beside the same without an attack. */
  readonly heldMs: number;
  readonly heldIdleMs: number;
  /** Processor time that it took while the attacker ran, and in a second without one. */
  readonly processorMs: number;
  readonly processorIdleMs: number;
  /** Longest round trip of the ordinary peer, and what went wrong for it. */
  readonly echoMs: number;
  readonly unanswered: number;
  readonly lost: number;
  /** Refusals that were counted, by code. */
  readonly refused: Readonly<Partial<Record<string, number>>>;
  /** Lines that the victim wrote meanwhile. */
  readonly lines: number;
  readonly errors: readonly string[];
  /** When it had no session and no link of the attacker any more, in ms after that was gone; over 10 s: it still had. */
  readonly recoveredMs: number;
  /** Stats of the victim at the end. */
  readonly after: NodeStats | undefined;
}

export interface AttackSetup {
  readonly victim: Victim;
  readonly peer: OrdinaryPeer;
  attack<Name extends AttackName>(name: Name, options: AttackOptions<Name>, how?: AttackHow): Promise<Seen>;
}

export interface AttackHow {
  /** Then the attacker is ended. */
  readonly timeMs?: number;
  /** The standard output of the victim has no reader meanwhile. */
  readonly unread?: boolean;
  /** What happens beside it: called when the attacker runs. */
  readonly beside?: (attacker: CliProcess) => Promise<void>;
}

function startAttacker(victim: Victim, name: AttackName, options: unknown): CliProcess {
  const env = { ...process.env, NODE_OPTIONS: '--max-old-space-size=512' };
  return startCli([name, JSON.stringify(victim.target), JSON.stringify(options ?? null)], { env, main });
}

function difference(before: NodeStats['refused'], after: NodeStats['refused']): Record<string, number> {
  const codes = Object.keys(after) as (keyof NodeStats['refused'])[];
  return Object.fromEntries(
    codes.map((code) => [code, (after[code] ?? 0) - (before[code] ?? 0)]).filter(([, n]) => n !== 0),
  );
}

/** Runs that with a victim, and an ordinary peer that is connected to it. */
export async function withVictim(options: VictimOptions, use: (setup: AttackSetup) => Promise<void>): Promise<void> {
  const victim = await startVictim(options);
  let peer: OrdinaryPeer | undefined;
  try {
    peer = await startOrdinaryPeer(victim.target);
    await use({ victim, peer, attack: makeAttack(victim, peer) });
  } finally {
    await peer?.end();
    await victim.end();
  }
}

type Idle = Pick<Seen, 'heldMs' | 'processorMs'>;

/** Once for each victim: what a victim does by itself, and for its ordinary peer. */
async function idle(victim: Victim): Promise<Idle> {
  const begun = Date.now();
  const before = processorMs(victim.target.pid);
  await pause(1_000);
  return { heldMs: victim.heldSince(begun), processorMs: processorMs(victim.target.pid) - before };
}

function makeAttack(victim: Victim, peer: OrdinaryPeer): AttackSetup['attack'] {
  let control: Idle | undefined;
  return async (name, options, { timeMs = 15_000, unread = false, beside } = {}) => {
    control ??= await idle(victim);
    const { pid } = victim.target;
    const before = await victim.stats();
    const residentBefore = residentMb(pid);
    const processorBefore = processorMs(pid);
    const linesBefore = victim.cli.events.length;
    resetPeak(pid);
    if (unread) victim.cli.child.stdout?.pause();
    const attacker = startAttacker(victim, name, options);
    // Its start takes seconds where others compete for the processors.
    await attacker.waitFor('its start', ({ event }) => event === 'begun', { timeMs: 60_000 });
    const begun = Date.now();
    const timer = setTimeout(() => attacker.kill('SIGKILL'), timeMs);
    await Promise.all([attacker.exited, beside?.(attacker)]);
    clearTimeout(timer);
    const gone = Date.now();
    const tookMs = victim.alive ? processorMs(pid) - processorBefore : 0;
    const done = attacker.events.find(({ event }) => event === 'done');
    const outcomes = (done?.['outcomes'] ?? [`killed: ${attacker.log.slice(-500)}`]) as readonly string[];
    victim.cli.child.stdout?.resume();

    let after: NodeStats | undefined;
    let recoveredMs = Number.POSITIVE_INFINITY;
    try {
      await peer.answered(gone);
      while (victim.alive && Date.now() - gone < 10_500) {
        after = await victim.stats();
        recoveredMs = Date.now() - gone;
        // The ordinary peer alone. A connection that failed may wait for its peer for as long as sessions are promised to.
        if (
          after.connections.connected <= before.connections.connected &&
          after.signallingSessions <= before.signallingSessions
        )
          break;
        await pause(250);
      }
    } catch {
      // It ended, or answers no more: what follows tells.
    }
    const peak = peakMb(pid);
    const seen: Seen = {
      outcomes,
      died: !victim.alive,
      grewMb: Math.round(peak - residentBefore),
      keptMb: Math.round(residentMb(pid) - residentBefore),
      heldMs: victim.heldSince(begun),
      heldIdleMs: control.heldMs,
      processorMs: tookMs,
      processorIdleMs: control.processorMs,
      ...withoutAnswers(peer, begun),
      refused: after ? difference(before.refused, after.refused) : {},
      lines: victim.cli.events.length - linesBefore,
      errors: [
        ...new Set(
          victim.cli.events
            .slice(linesBefore)
            .filter(({ event }) => event === 'error')
            .map(({ code }) => String(code)),
        ),
      ],
      recoveredMs,
      after,
    };
    tell(name, options, seen);
    expect(seen.died, `the victim ended: ${victim.cli.log.slice(0, 300)}`).toBe(false);
    expect(recoveredMs, 'ms until the victim answered again').toBeLessThan(Number.POSITIVE_INFINITY);
    return seen;
  };
}

function withoutAnswers(peer: OrdinaryPeer, begun: number): Pick<Seen, 'echoMs' | 'unanswered' | 'lost'> {
  const { echoMs, unanswered, lost } = peer.since(begun);
  return { echoMs, unanswered, lost };
}

/** A figure that was seen; the tests only assert that it is not too large. */
function tell(name: string, options: unknown, { after: _, outcomes, ...figures }: Seen): void {
  const seen = JSON.stringify({ ...figures, ends: countEach(outcomes) });
  process.stdout.write(`attack: ${name} ${JSON.stringify(options ?? {})}: ${seen}\n`);
}

function countEach(ends: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const end of ends) counts[end] = (counts[end] ?? 0) + 1;
  return counts;
}
