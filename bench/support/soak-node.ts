import { type CliEvent, type CliProcess, startCli } from '../../src/testing/cli-process.ts';
import type { MessageChecker, SentMessage } from './message-checker.ts';

/** One node of the soak over all its runs. */
export interface SoakNode {
  readonly name: string;
  readonly id: string;
  readonly port: number;
  readonly pid: number;
  frozen: boolean;
  /** Peers that it is connected to now. */
  readonly peers: ReadonlySet<string>;
  start(): Promise<void>;
  /** Resolves when the process is gone. */
  kill(): Promise<void>;
  stop(): Promise<void>;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** Runs a command; resolves with its response, or with undefined when the process ended first. */
  command(command: object): Promise<CliEvent | undefined>;
  /** Sends the next message to one of its peers, each in turn. */
  send(): void;
}

const responseMs = 60_000;

export function createSoakNode(
  name: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  messages: MessageChecker,
): SoakNode {
  let cli: CliProcess | undefined;
  let id = '';
  let port = 0;
  let no = 0;
  let commands = 0;
  const peers = new Set<string>();
  const pending = new Map<string, SentMessage>();

  function settle(ref: unknown, how: (message: SentMessage) => void): void {
    const message = pending.get(String(ref));
    if (!message) return;
    pending.delete(String(ref));
    how(message);
  }

  function note(event: CliEvent): void {
    const peer = String(event['id']);
    if (event.event === 'connection') {
      if (event['state'] === 'connected') peers.add(peer);
      else peers.delete(peer);
    } else if (event.event === 'session') {
      if (event['change'] === 'ended' || event['change'] === 'gap') messages.ended(id, peer);
    } else if (event.event === 'message') {
      messages.received({ from: String(event['from']), to: id, no: Number(event['data']) });
    } else if (event.event === 'delivered') settle(event['ref'], messages.delivered);
    else if (event.event === 'undelivered') settle(event['ref'], messages.undelivered);
    else if (event.event === 'response' && event['ok'] === false) settle(event['ref'], messages.refused);
  }

  async function end(ask: (running: CliProcess) => void): Promise<void> {
    const running = cli;
    cli = undefined;
    if (!running) return;
    ask(running);
    await running.exited;
    peers.clear();
    pending.clear();
    // Also after a stop: commands that were not read any more have no response.
    messages.killed(id);
  }

  return {
    name,
    frozen: false,
    peers,
    get id() {
      return id;
    },
    get port() {
      return port;
    },
    get pid() {
      return cli?.pid ?? 0;
    },
    async start() {
      const started = startCli(args, { env, onEvent: note });
      const ready = await started.waitFor('ready', ({ event }) => event === 'ready', { timeMs: responseMs });
      id = String(ready['id']);
      port = Number(ready['port']);
      cli = started;
    },
    kill: () => end((running) => running.kill('SIGKILL')),
    stop: () => end((running) => running.write({ do: 'stop' })),
    signal: (signal) => cli?.kill(signal),
    async command(command) {
      const running = cli;
      if (!running) return undefined;
      commands += 1;
      const ref = `command ${commands}`;
      const from = running.events.length;
      running.write({ ...command, ref });
      const fits = (event: CliEvent): boolean => event.event === 'response' && event['ref'] === ref;
      return running.waitFor(ref, fits, { timeMs: responseMs, from }).catch(() => undefined);
    },
    send() {
      const to = [...peers][no % Math.max(1, peers.size)];
      if (!cli || this.frozen || to === undefined) return;
      no += 1;
      const message = { from: id, to, no };
      pending.set(String(no), message);
      messages.sent(message);
      cli.write({ do: 'send', to, type: 'soak', data: no, ref: String(no) });
    },
  };
}
