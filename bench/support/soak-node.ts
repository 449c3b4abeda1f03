import { type CliEvent, type CliProcess, startCli } from '../../src/testing/cli-process.ts';
import type { MessageChecker, SentMessage } from './message-checker.ts';

const responseMs = 60_000;

/** One node of the soak over all its runs. */
export class SoakNode {
  readonly name: string;
  frozen = false;
  readonly #args: readonly string[];
  readonly #env: NodeJS.ProcessEnv;
  readonly #messages: MessageChecker;
  readonly #peers = new Set<string>();
  readonly #pending = new Map<string, SentMessage>();
  #cli: CliProcess | undefined;
  #id = '';
  #port = 0;
  #no = 0;
  #commands = 0;

  constructor(name: string, args: readonly string[], env: NodeJS.ProcessEnv, messages: MessageChecker) {
    this.name = name;
    this.#args = args;
    this.#env = env;
    this.#messages = messages;
  }

  get id(): string {
    return this.#id;
  }

  get port(): number {
    return this.#port;
  }

  get pid(): number {
    return this.#cli?.pid ?? 0;
  }

  /** Peers that it is connected to now. */
  get peers(): ReadonlySet<string> {
    return this.#peers;
  }

  async start(): Promise<void> {
    const started = startCli(this.#args, { env: this.#env, onEvent: (event) => this.#note(event) });
    const ready = await started.waitFor('ready', ({ event }) => event === 'ready', { timeMs: responseMs });
    this.#id = String(ready['id']);
    this.#port = Number(ready['port']);
    this.#cli = started;
  }

  /** Resolves when the process is gone. */
  kill(): Promise<void> {
    return this.#end((running) => running.kill('SIGKILL'));
  }

  stop(): Promise<void> {
    return this.#end((running) => running.write({ do: 'stop' }));
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#cli?.kill(signal);
  }

  /** Runs a command; resolves with its response, or with undefined when the process ended first. */
  async command(command: object): Promise<CliEvent | undefined> {
    const running = this.#cli;
    if (!running) return undefined;
    this.#commands += 1;
    const ref = `command ${this.#commands}`;
    const from = running.events.length;
    running.write({ ...command, ref });
    const fits = (event: CliEvent): boolean => event.event === 'response' && event['ref'] === ref;
    return running.waitFor(ref, fits, { timeMs: responseMs, from }).catch(() => undefined);
  }

  /** Sends the next message to one of its peers, each in turn. */
  send(): void {
    const to = [...this.#peers][this.#no % Math.max(1, this.#peers.size)];
    if (!this.#cli || this.frozen || to === undefined) return;
    this.#no += 1;
    const message = { from: this.#id, to, no: this.#no };
    this.#pending.set(String(this.#no), message);
    this.#messages.sent(message);
    this.#cli.write({ do: 'send', to, type: 'soak', data: this.#no, ref: String(this.#no) });
  }

  #note(event: CliEvent): void {
    const messages = this.#messages;
    const peer = String(event['id']);
    if (event.event === 'connection') {
      if (event['state'] === 'connected') this.#peers.add(peer);
      else this.#peers.delete(peer);
    } else if (event.event === 'session') {
      if (event['change'] === 'ended' || event['change'] === 'gap') messages.ended(this.#id, peer);
    } else if (event.event === 'message') {
      messages.received({ from: String(event['from']), to: this.#id, no: Number(event['data']) });
    } else if (event.event === 'delivered') this.#settle(event['ref'], messages.delivered);
    else if (event.event === 'undelivered') this.#settle(event['ref'], messages.undelivered);
    else if (event.event === 'response' && event['ok'] === false) this.#settle(event['ref'], messages.refused);
  }

  #settle(ref: unknown, how: (message: SentMessage) => void): void {
    const message = this.#pending.get(String(ref));
    if (!message) return;
    this.#pending.delete(String(ref));
    how(message);
  }

  async #end(ask: (running: CliProcess) => void): Promise<void> {
    const running = this.#cli;
    this.#cli = undefined;
    if (!running) return;
    ask(running);
    await running.exited;
    this.#peers.clear();
    this.#pending.clear();
    // Also after a stop: commands that were not read any more have no response.
    this.#messages.killed(this.#id);
  }
}
