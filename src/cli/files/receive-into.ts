import { systemClock } from '../../environment.ts';
import type { LanpeerError } from '../../errors.ts';
import { checkFolder, makeFolder } from '../../files/disk.ts';
import { FileReceiver, type Question } from '../../files/receiver.ts';
import { type FileTransfer, FileTransfers } from '../../files/transfers.ts';
import { limits } from '../../limits.ts';
import { BoundedMap } from '../../util/bounded-map.ts';
import type { ReceiveArguments } from '../args/receive.ts';
import { exitCodes } from '../exit-code.ts';
import type { NodeCommand } from '../node/node-command.ts';
import { printableText } from '../text/printable-text.ts';
import { whyNotReceived } from './ended-words.ts';
import { namesInWords } from './progress.ts';
import { Questions } from './questions.ts';
import { StatusLine } from './status-line.ts';
import { bytesInWords, filesInWords } from './units.ts';
import { watchTransfers } from './watch-transfers.ts';

/** Errors by which nothing was to come any more: the next offer may be another one. */
const refusals: readonly string[] = ['ERR_OFFER_REFUSED', 'ERR_OFFER', 'ERR_BUSY', 'ERR_VERSION', 'ERR_DISK_FULL'];

type FolderReceiverArguments = Pick<ReceiveArguments, 'folder' | 'once' | 'yes' | 'json'>;

/** Takes files that peers offer into a folder, after a question or without one. */
export class FolderReceiver {
  readonly #args: FolderReceiverArguments;
  readonly #command: NodeCommand;
  readonly #line = new StatusLine(process.stderr);
  readonly #transfers = new FileTransfers(systemClock.now);
  readonly #questions: Questions | undefined;
  readonly #receiver: FileReceiver;
  readonly #unwatch: () => void;
  /** What peers call themselves, also of those that are gone. */
  readonly #names = new BoundedMap<string, string>(limits.peers.max);
  /** Numbers of transfers that somebody was asked about and has not taken. */
  readonly #open = new Set<number>();
  /** With `--once`: a sender that was cut off may come back. */
  #away: unknown;

  /** Rejects with `ERR_FILE` where nothing can be written. */
  static async start(args: FolderReceiverArguments, command: NodeCommand): Promise<FolderReceiver> {
    const isMade = await makeFolder(args.folder);
    await checkFolder(args.folder);
    const receiver = new FolderReceiver(args, command);
    if (isMade) receiver.say(`${args.folder} was not there, and is made`);
    return receiver;
  }

  private constructor(args: FolderReceiverArguments, command: NodeCommand) {
    this.#args = args;
    this.#command = command;
    // A question is written to standard error: elsewhere than on a terminal nobody would see it.
    if (!args.yes && process.stdin.isTTY && this.#line.isLive)
      this.#questions = new Questions(process.stdin, this.#line);
    command.node.peers$.subscribe((peers) => {
      for (const [id, { name }] of peers) this.#names.set(id, name);
    });
    const output = args.json ? command.output : undefined;
    this.#unwatch = watchTransfers(this.#transfers, { clock: systemClock, line: this.#line, output });
    this.#receiver = new FileReceiver({
      ...{ node: command.node, folder: args.folder, clock: systemClock, transfers: this.#transfers },
      decide: (question, signal) => this.#decide(question, signal),
      published: ({ number }, path) => this.write({ event: 'file', number, path }),
      ended: (transfer, error, isKept) => this.#ended(transfer, error, isKept),
    });
    if (!args.yes && !this.#questions)
      this.say(
        'nobody can be asked, which needs a terminal for standard input and standard error: files are refused. --yes takes them',
      );
  }

  say(text: string): void {
    this.#line.say(text);
  }

  /** Shows what a peer wrote. */
  show(heading: string, text: string): void {
    this.#line.show(heading, printableText(text));
  }

  /** With `--once` a text is all, unless files are under way or may go on. */
  textCame(): void {
    if (this.#receiver.size === 0 && this.#away === undefined) this.#over(exitCodes.done);
  }

  /** Writes an event to standard output, which may be the same terminal. */
  write(event: object): void {
    this.#line.aside(() => this.#command.output.write(event));
  }

  /** Takes no more; what came of what is under way is kept. */
  async close(): Promise<void> {
    await this.#receiver.close();
    this.#unwatch();
    systemClock.clearTimeout(this.#away);
    process.stdin.pause();
  }

  #nameOf(peerId: string): string {
    return `${this.#names.get(peerId) ?? 'a peer'} (${peerId.slice(0, 8)})`;
  }

  async #decide(question: Question, signal: AbortSignal): Promise<boolean> {
    const { number } = question.transfer;
    this.#open.add(number);
    const isTaken = await this.#answer(question, signal);
    if (isTaken) this.#open.delete(number);
    return isTaken;
  }

  async #answer({ transfer, peerId }: Question, signal: AbortSignal): Promise<boolean> {
    const { number, names, items, files, bytes } = transfer;
    this.#command.output.write({ event: 'offer', number, from: peerId, names, items, files, bytes });
    const size = bytes === null ? 'of unknown size' : bytesInWords(bytes);
    const what = `${this.#nameOf(peerId)} offers ${namesInWords(transfer)}: ${filesInWords(files)}, ${size}`;
    if (this.#args.yes) return true;
    if (!this.#questions) {
      this.say(`${what}: refused, because nobody can be asked`);
      return false;
    }
    return this.#questions.ask(`${what}. Take it? [y/N] `, signal);
  }

  #ended(transfer: FileTransfer, error: LanpeerError | undefined, isKept: boolean): void {
    const { number, peerId, filesDone, bytesDone, keptBytes, resumable } = transfer;
    const about = { number, from: peerId, files: filesDone, bytes: bytesDone, keptBytes };
    const from = this.#nameOf(peerId);
    const isOpen = this.#open.delete(number);
    if (error === undefined) {
      this.#command.output.write({ event: 'received', ...about });
      this.say(
        `${namesInWords(transfer)} from ${from}: ${filesInWords(filesDone)}, ${bytesInWords(bytesDone)}, verified`,
      );
      this.#over(exitCodes.done);
      return;
    }
    const { code, message } = error;
    this.#command.output.write({ event: 'failed', ...about, code, message });
    if (code === 'ERR_OFFER_REFUSED') return;
    const isInterrupted = this.#command.signal.aborted;
    if (isOpen) {
      if (!isInterrupted) this.say(`${from} does not offer ${namesInWords(transfer)} any more`);
      return;
    }
    const then = isKept && bytesDone > 0 ? ' What came is kept, and goes on when it is offered again.' : '';
    const why = whyNotReceived(error, isInterrupted, from);
    this.say(`${namesInWords(transfer)} from ${from} ended half-way: ${why}${then}`);
    if (refusals.includes(code)) return;
    if (isKept) this.#over(exitCodes.cutOff, limits.files.reconnectMs);
    else this.#over(exitCodes.failed, resumable ? limits.files.reconnectMs : 0);
  }

  /** With `--once` that is all, at once or unless something comes in that time. */
  #over(code: number, afterMs = 0): void {
    if (!this.#args.once) return;
    systemClock.clearTimeout(this.#away);
    this.#away = systemClock.setTimeout(() => {
      this.#away = undefined;
      if (this.#receiver.size === 0 || code === exitCodes.done) this.#command.end(code);
    }, afterMs);
  }
}
