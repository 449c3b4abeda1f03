import { findStateDirectory } from '../adapters/identity/find-state-directory.ts';
import type { LanpeerNode } from '../api/node.ts';
import { systemClock } from '../environment.ts';
import { asLanpeerError, type LanpeerErrorCode } from '../errors.ts';
import { limits } from '../limits.ts';
import { createNode } from '../node.ts';
import { manifest } from '../util/manifest.ts';
import { readAccess } from './access.ts';
import type { RunArguments } from './args/run.ts';
import { connectAddresses } from './connect-addresses.ts';
import { exitCodeOf } from './exit-code.ts';
import { ignoreInput } from './ignored-input.ts';
import { inheritedDescriptors } from './inherited-descriptors.ts';
import type { Input } from './input.ts';
import { JoinedGroups } from './joined-groups.ts';
import { knownNames } from './known-names.ts';
import { createOutput, type Format, jsonLine, type Output } from './output.ts';
import { watchProcess } from './parent.ts';
import { receiveStreams, type StreamReceiver } from './receive-streams.ts';
import { onReloadSignal } from './reload.ts';
import { show } from './show.ts';
import { onStopSignals } from './signals.ts';
import { followCommands } from './stdin.ts';
import { StreamSources } from './stream-source.ts';
import { takeTexts } from './text/text-message.ts';
import { describeEvent, isToldTwice, type NameOf } from './text-format.ts';
import { warn } from './warn.ts';

const lineForPeople =
  (nameOf: NameOf): Format =>
  (event, piece) => {
    if (!isToldTwice({ ...event })) piece(`${describeEvent({ ...event }, new Date(), nameOf)}\n`);
  };

async function makeNode(args: RunArguments): Promise<LanpeerNode> {
  const { name, port, interfaces, stateDir, discovery, transports, inspectPort, record } = args;
  return createNode({
    access: await readAccess(args, process.env, warn),
    port,
    discovery,
    ...(name !== undefined && { name }),
    ...(interfaces && { interfaces }),
    ...(transports && { transports }),
    ...(stateDir !== undefined && { stateDir }),
    ...(inspectPort !== undefined && { inspector: { port: inspectPort, messages: args.inspectMessages } }),
    ...(record !== undefined && { recording: { file: record, mask: args.mask } }),
  });
}

/** Runs a node until it is told to stop. Resolves with the exit code. */
export async function run(args: RunArguments): Promise<number> {
  return new NodeRun(args).run();
}

/** The one node of a process, from its start to its end. */
class NodeRun {
  readonly #args: RunArguments;
  readonly #output: Output;
  readonly #told = Promise.withResolvers<number>();
  readonly #leaving = new AbortController();
  #nameOf: NameOf = () => undefined;
  #stopping = false;
  #parentIsGone = false;
  #isReady = false;
  #node: LanpeerNode | undefined;
  #input: Input | undefined;
  #unwatch: (() => void) | undefined;
  #receiver: StreamReceiver | undefined;

  constructor(args: RunArguments) {
    this.#args = args;
    const nameOf = (id: string): string | undefined => this.#nameOf(id);
    this.#output = createOutput(process.stdout, () => this.#tell(1), args.json ? jsonLine : lineForPeople(nameOf));
  }

  async run(): Promise<number> {
    let code: number;
    try {
      await this.#start();
      code = await this.#told.promise;
    } catch (thrown) {
      code = this.#fail(thrown);
    }
    this.#unwatch?.();
    this.#leaving.abort();
    this.#input?.end();
    if (!this.#isReady) return code;
    try {
      await this.#node?.stop();
      await this.#input?.settled();
      await this.#receiver?.settled();
      this.#output.tell({ event: 'stopped' });
    } catch (thrown) {
      code = this.#fail(thrown);
    }
    if (this.#parentIsGone) await this.#exit(code);
    else await this.#output.flushed();
    return code;
  }

  async #start(): Promise<void> {
    const { parent, stateDir, inspectPort } = this.#args;
    const { write } = this.#output;
    if (parent !== undefined) this.#unwatch = await watchProcess(parent, this.#leave, { clock: systemClock });
    const node = await makeNode(this.#args);
    this.#node = node;
    if (!this.#args.json) this.#nameOf = knownNames(node);
    show(node, this.#output);
    this.#listenToSignals(node);
    // So that any peer can try a request, and measure one.
    node.respond('echo', ({ data }) => data);
    takeTexts(node, async (text) => {
      await this.#output.room();
      write({ event: 'text', ...text });
    });
    this.#receiver = await receiveStreams(node, this.#args.streams, this.#output);
    await node.start();
    this.#isReady = true;
    const state = stateDir === undefined ? null : (await findStateDirectory(stateDir)).directory;
    const { id, port, networkTag } = node;
    write({ event: 'ready', id, port, networkTag, version: manifest.version, state });
    if (inspectPort !== undefined) write({ event: 'inspector', url: await node.inspect() });
    const { connect } = this.#args;
    const { signal } = this.#leaving;
    void connectAddresses(node, connect, { clock: systemClock, signal, tell: this.#output.tell });
    this.#readInput(node);
  }

  #listenToSignals(node: LanpeerNode): void {
    onReloadSignal({
      read: () => readAccess(this.#args, process.env, warn),
      use: (access) => node.setAccess(access),
      done: () => this.#output.tell({ event: 'access', networkTag: node.networkTag }),
      failed: (thrown) => this.#tellFailure(thrown),
      source: process,
    });
    onStopSignals({ stop: this.#stop, exit: (at) => process.exit(at), clock: systemClock, source: process });
  }

  #readInput(node: LanpeerNode): void {
    const { json, untilStdinEnds } = this.#args;
    const { write } = this.#output;
    const stop = this.#stop;
    const ended = untilStdinEnds ? stop : () => undefined;
    if (json)
      this.#input = followCommands(
        process.stdin,
        { node, groups: new JoinedGroups(node), sources: new StreamSources(inheritedDescriptors), write, stop },
        this.#output,
        ended,
      );
    else this.#input = ignoreInput(process.stdin, warn, untilStdinEnds ? stop : undefined);
  }

  /** False if a stop is under way. */
  #tell(code: number): boolean {
    const isFirst = !this.#stopping;
    this.#stopping = true;
    this.#told.resolve(code);
    return isFirst;
  }

  readonly #stop = (): boolean => this.#tell(0);

  /** The process that started this one has ended. */
  readonly #leave = (): void => {
    this.#parentIsGone = true;
    this.#stop();
  };

  /** Returns the exit code. */
  #fail(thrown: unknown): number {
    return exitCodeOf(this.#tellFailure(thrown));
  }

  #tellFailure(thrown: unknown): LanpeerErrorCode {
    const { code, message } = asLanpeerError(thrown, 'ERR_INTERNAL');
    if (this.#args.json) this.#output.tell({ event: 'error', code, message });
    warn(`${code}: ${message}`);
    return code;
  }

  /** The reader of the rest may be gone as well. */
  async #exit(code: number): Promise<never> {
    await Promise.race([
      this.#output.flushed(),
      new Promise<void>((done) => systemClock.setTimeout(done, limits.cli.lastOutputMs)),
    ]);
    process.exit(code);
  }
}
