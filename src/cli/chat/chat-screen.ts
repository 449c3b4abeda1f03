import { emitKeypressEvents } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';
import { limits } from '../../limits.ts';
import { onAbort } from '../../util/abort.ts';
import { printable } from '../../util/printable.ts';
import { exitCodeOfSignal, exitCodes } from '../exit-code.ts';
import type { Paint } from '../style.ts';
import { Screen } from '../terminal/screen.ts';
import { chatHelp, readWritten } from './command.ts';
import { labelOf, shownLines } from './entries.ts';
import { type Key, Keyboard } from './keys.ts';
import type { Missed, Room, RoomEvents } from './room.ts';
import { ChatView, type Effect } from './view.ts';

const [pasteOn, pasteOff] = ['\x1b[?2004h', '\x1b[?2004l'];

export interface ChatScreenDeps {
  readonly input: ReadStream;
  readonly output: WriteStream;
  readonly paint: Paint;
  readonly self: { readonly id: string; readonly name: string };
  readonly room: string;
  readonly now: () => number;
}

const whyMissed: Readonly<Partial<Record<Missed, string>>> = {
  unsent: 'did not get that',
  unknown: 'may not have got that',
  refused: 'had just left',
};

/** A chat on a terminal: the conversation, who is here, and what is being written. */
export class ChatScreen {
  readonly #deps: ChatScreenDeps;
  readonly #view: ChatView;
  readonly #keyboard = new Keyboard();
  readonly #left = Promise.withResolvers<number>();
  #room: Room | undefined;
  #screen: Screen | undefined;

  constructor(deps: ChatScreenDeps) {
    this.#deps = deps;
    this.#view = new ChatView(deps.paint);
    this.note(
      `This is ${deps.room === '' ? 'the room for everybody' : `the room ${printable(deps.room)}`}. /help shows what can be done.`,
    );
  }

  readonly events: RoomEvents = {
    said: ({ from, text, at, isPrivate }) => {
      this.#view.add({ at, author: { ...from, isOwn: false }, lines: shownLines(text), isPrivate });
      this.#screen?.draw();
      return undefined;
    },
    joined: ({ label }) => this.note(`${label} is here`),
    left: ({ label }) => this.note(`${label} left`),
    unusable: ({ label }) => this.note(`${label} wrote what cannot be shown: it is no text, or too long`),
    missed: ({ label }, why) => this.note(`${label} ${whyMissed[why] ?? `did not get that (${why})`}`),
  };

  /** Takes the terminal until somebody leaves, or the signal aborts. Resolves with the exit code. */
  async run(room: Room, signal: AbortSignal): Promise<number> {
    const { input, output } = this.#deps;
    this.#room = room;
    this.#tellStatus();
    const press = (text: string | undefined, key: Key): void => this.#press(text, key);
    const restore = (): void => {
      output.write(pasteOff);
      input.setRawMode(false);
    };
    // Whatever ends the process, the shell gets its terminal back.
    process.once('exit', restore);
    input.setRawMode(true);
    emitKeypressEvents(input);
    input.on('keypress', press);
    input.on('end', () => this.#left.resolve(exitCodes.done));
    input.resume();
    output.write(pasteOn);
    this.#screen = new Screen(output, limits.cli.frameMs, (size) => this.#view.frame(size));
    onAbort(signal, () => this.#left.resolve(exitCodes.done));
    if (signal.aborted) this.#left.resolve(exitCodes.done);
    try {
      return await this.#left.promise;
    } finally {
      input.off('keypress', press);
      input.pause();
      this.#screen.leave();
      restore();
      process.off('exit', restore);
      // What was said stays on the terminal, as far as it was to be seen.
      for (const row of this.#view.visible(output.rows)) output.write(`${row}\n`);
    }
  }

  #press(text: string | undefined, key: Key): void {
    const action = this.#keyboard.press(text, key);
    if (!action) return;
    const effect = this.#view.act(action);
    if (action.do === 'redraw') this.#screen?.redraw();
    else this.#screen?.draw();
    if (effect) this.#follow(effect);
  }

  #follow(effect: Effect): void {
    if (effect.kind === 'leave') this.#left.resolve(effect.interrupted ? exitCodeOfSignal('SIGINT') : exitCodes.done);
    else this.#write(effect.text);
  }

  #write(text: string): void {
    const written = readWritten(text);
    switch (written.kind) {
      case 'nothing':
        return;
      case 'say':
        this.#say(written.text);
        return;
      case 'help':
        this.note(...chatHelp);
        return;
      case 'who':
        this.note(...this.#who());
        return;
      case 'quit':
        this.#left.resolve(exitCodes.done);
        return;
      case 'unknown':
        this.note(`There is no command /${printable(written.name)}: /help shows them.`);
    }
  }

  #say(text: string): void {
    const { self, now } = this.#deps;
    const author = { id: self.id, label: labelOf(self, false), isOwn: true };
    this.#view.add({ at: now(), author, lines: shownLines(text) });
    this.#screen?.draw();
    this.#room?.say(text).then(
      (count) => {
        if (count === 0) this.note('Nobody else is here: nobody got that.');
      },
      (thrown: unknown) => this.note(`That was not sent: ${printable(String(thrown))}`),
    );
  }

  #who(): readonly string[] {
    const members = this.#room?.members ?? [];
    if (members.length === 0) return ['Nobody else is here.'];
    return members.map(({ label, id }) => `${label} (${id.slice(0, 8)})`);
  }

  /** Shows lines of nobody, which a terminal may show as they are. */
  note(...lines: readonly string[]): void {
    this.#view.add({ at: this.#deps.now(), author: null, lines });
    this.#tellStatus();
    this.#screen?.draw();
  }

  #tellStatus(): void {
    const { self, room } = this.#deps;
    const labels = this.#room?.members.map(({ label }) => label) ?? [];
    const here = labels.length === 0 ? 'nobody else is here' : `with ${labels.join(', ')}`;
    this.#view.setStatus(`${labelOf(self, false)}${room === '' ? '' : ` in ${printable(room)}`}, ${here}`);
  }
}
