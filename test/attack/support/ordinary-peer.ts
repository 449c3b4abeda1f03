import { fileURLToPath } from 'node:url';
import { startCli } from '../../../src/testing/cli-process.ts';
import type { Target } from './target.ts';

const main = fileURLToPath(new URL('ordinary-peer-process.ts', import.meta.url));

/** A peer that asks the victim for an echo every 100 ms. */
export interface OrdinaryPeer {
  /** Whom it heard since then: longest round trip in ms, answers, requests that failed, and losses of the link. */
  since(at: number): {
    readonly echoMs: number;
    readonly answers: number;
    readonly unanswered: number;
    readonly lost: number;
  };
  /** Resolves when it got an answer to what it asked after that. */
  answered(after: number): Promise<void>;
  end(): Promise<void>;
}

export interface OrdinaryPeerOptions {
  /** It is told no address. */
  readonly byMdns?: boolean;
  /** Called at its first answer; WebRTC comes up after that. */
  readonly connected?: () => void;
}

export async function startOrdinaryPeer(
  target: Target,
  { byMdns = false, connected = () => undefined }: OrdinaryPeerOptions = {},
): Promise<OrdinaryPeer> {
  const cli = startCli([JSON.stringify({ ...target, byMdns })], { main });
  const kill = (): void => cli.kill('SIGKILL');
  process.once('exit', kill);
  const answered = async (after: number): Promise<void> => {
    const from = cli.events.length;
    const fits = (event: { readonly event: string; readonly [key: string]: unknown }): boolean =>
      event.event === 'answer' && Number(event['at']) >= after;
    await cli.waitFor('an answer', fits, { timeMs: 15_000, from });
  };
  await answered(0);
  connected();
  // Over WebRTC, which the link stays with: what changes later changes because of the attack.
  await cli.waitFor('webrtc', (event) => event['via'] === 'webrtc' && event['state'] === 'connected', {
    timeMs: 30_000,
  });
  return {
    since(at) {
      const events = cli.events.filter((event) => Number(event['at']) >= at);
      const answers = events.filter(({ event }) => event === 'answer');
      return {
        echoMs: Math.max(0, ...answers.map(({ ms }) => Number(ms))),
        answers: answers.length,
        unanswered: events.filter(({ event }) => event === 'unanswered').length,
        lost: events.filter(({ event }) => event === 'lost').length,
      };
    },
    answered,
    async end() {
      process.off('exit', kill);
      kill();
      await cli.exited;
    },
  };
}
