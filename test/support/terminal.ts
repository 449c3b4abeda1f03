import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { whenTestEnds } from './hooks.ts';

const run = promisify(execFile);

/** True, and printed, where tests of terminals cannot run: they are driven by tmux. */
export function withoutTerminal(): boolean {
  try {
    execFileSync('tmux', ['-V'], { stdio: 'ignore' });
    return false;
  } catch {
    if (process.env['LANPEER_REQUIRE_ALL'] === '1')
      throw new Error('The terminal tests must run, but there is no tmux.');
    process.stderr.write('terminal tests are skipped: there is no tmux\n');
    return true;
  }
}

const terminals = new Set<Terminal>();

whenTestEnds(async () => {
  await Promise.all([...terminals].map((terminal) => terminal.close()));
  terminals.clear();
});

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** A terminal with the built command in it, driven as a person would. */
export class Terminal {
  readonly #directory = mkdtempSync(join(tmpdir(), 'lanpeer-tmux-'));
  readonly #control: ChildProcess;

  /** @param errors A file for standard error; default: the terminal. */
  constructor(args: readonly string[], environment: Readonly<Record<string, string>> = {}, errors?: string) {
    const { NO_COLOR: _, ...inherited } = process.env;
    const words = [process.execPath, 'dist/cli/main.js', ...args].map(quote).join(' ');
    const elsewhere = errors === undefined ? '' : ` 2>${quote(errors)}`;
    // As a control client tmux tells of all output: what is on the screen is looked at then.
    const command = [
      'new-session',
      '-x',
      '80',
      '-y',
      '20',
      `${words}${elsewhere}; printf 'ended with %s\\n' $?; exec cat`,
    ];
    const options = [';', 'set-option', '-g', 'window-size', 'manual'];
    this.#control = spawn('tmux', ['-S', this.#socket, '-f', '/dev/null', '-C', ...command, ...options], {
      env: { ...inherited, LC_ALL: 'C.UTF-8', ...environment },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    terminals.add(this);
  }

  get #socket(): string {
    return join(this.#directory, 'socket');
  }

  async #tmux(...words: readonly string[]): Promise<string> {
    const { stdout } = await run('tmux', ['-S', this.#socket, ...words], {
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    });
    return stdout;
  }

  /** What is on the screen now. */
  async screen({ styled = false } = {}): Promise<string> {
    return this.#tmux('capture-pane', '-p', ...(styled ? ['-e'] : []));
  }

  /** What is on the screen once it fits; rejects with what is there if that does not come. */
  async shows(wanted: RegExp, timeMs = 15_000): Promise<string> {
    let last = '';
    const late = AbortSignal.timeout(timeMs);
    for (;;) {
      const output = once(this.#control.stdout as NodeJS.ReadableStream & NodeJS.EventEmitter, 'data', {
        signal: late,
      });
      output.catch(() => undefined);
      last = await this.screen().catch(() => last);
      if (wanted.test(last)) return last;
      try {
        await output;
      } catch {
        throw new Error(`${wanted} is not on the screen:\n${last}`);
      }
    }
  }

  /** Presses keys, by the names that tmux has for them. */
  async press(...keys: readonly string[]): Promise<void> {
    await this.#tmux('send-keys', ...keys);
  }

  async type(text: string): Promise<void> {
    await this.#tmux('send-keys', '-l', text);
  }

  /** Pastes as a terminal does that a program has told to mark what is pasted. */
  async paste(text: string): Promise<void> {
    await this.#tmux('set-buffer', text);
    await this.#tmux('paste-buffer', '-p', '-r');
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  async close(): Promise<void> {
    await this.#tmux('kill-server').catch(() => undefined);
    this.#control.kill();
    if (this.#control.exitCode === null && this.#control.signalCode === null) await once(this.#control, 'exit');
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
