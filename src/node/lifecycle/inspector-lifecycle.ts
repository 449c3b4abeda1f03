import type { InspectorOptions, RecordingOptions } from '../../api/options.ts';
import { asLanpeerError, LanpeerError } from '../../errors.ts';
import type { NodeAdapters } from '../adapters.ts';
import type { InspectorPage, NodeView, Observer, Recording } from '../observer.ts';

export interface InspectorLifecycleDeps extends Pick<NodeAdapters, 'observe' | 'announce'> {
  readonly view: NodeView;
  readonly inspector: InspectorOptions | null;
  readonly recording: RecordingOptions | null;
}

/** What is open for one run of the node. */
interface Open {
  readonly observer: Observer;
  page?: InspectorPage;
  recording?: Recording;
  /** Resolves with how to take that back. */
  announcing?: Promise<() => Promise<void>> | undefined;
  over?: true;
}

/** The inspector's page and the recording of a node: they are there from before its start until after its stop. */
export class InspectorLifecycle {
  readonly #deps: InspectorLifecycleDeps;
  #open: Promise<Open> | undefined;
  #page: Promise<InspectorPage> | undefined;

  constructor(deps: InspectorLifecycleDeps) {
    this.#deps = deps;
  }

  /**
   * Before the node starts; undefined where the program asked for nothing, so that nothing waits for it. Rejects with
   * `ERR_PORT_IN_USE`, `ERR_INSPECTOR` or `ERR_RECORDING`.
   */
  begin(): Promise<void> | undefined {
    const { recording, inspector } = this.#deps;
    return recording || inspector ? this.#begin() : undefined;
  }

  /** The node has started: its state directory is its own. */
  async started(): Promise<void> {
    const open = await this.#open;
    if (open) await this.#announce(open);
  }

  /** A link to the page, which is opened if it is not open. Rejects with `ERR_NOT_RUNNING` as well. */
  async link(): Promise<string> {
    if (!this.#isRunning()) throw new LanpeerError('ERR_NOT_RUNNING');
    const opened = this.#openPage();
    const page = await opened;
    await this.started();
    // A stop that came meanwhile closes the page, or has closed it.
    if (this.#page !== opened || !this.#isRunning()) throw new LanpeerError('ERR_NOT_RUNNING');
    return page.link();
  }

  /** After the node has stopped. What goes wrong is reported; never rejects. */
  async end(): Promise<void> {
    if (!this.#open) return;
    await this.#page?.catch(() => undefined);
    const open = await this.#open.catch(() => undefined);
    this.#open = undefined;
    this.#page = undefined;
    if (!open) return;
    open.over = true;
    const withdraw = await open.announcing?.catch(() => undefined);
    await this.#tryTo(() => withdraw?.());
    await this.#tryTo(() => open.recording?.end());
    await this.#tryTo(() => open.page?.close());
    open.observer.stop();
  }

  async #begin(): Promise<void> {
    const { recording, inspector } = this.#deps;
    try {
      if (recording) await this.#record(recording);
      if (inspector) await this.#openPage();
    } catch (thrown) {
      await this.end();
      throw thrown;
    }
  }

  async #observe(): Promise<Open> {
    const createObserver = await this.#deps.observe();
    return { observer: createObserver(this.#deps.view) };
  }

  async #record(options: RecordingOptions): Promise<void> {
    this.#open ??= this.#observe();
    const open = await this.#open;
    open.recording = await open.observer.startRecording(options);
  }

  /** Concurrent calls share one page; after one that failed the next tries again. */
  #openPage(): Promise<InspectorPage> {
    this.#page ??= this.#openNewPage().catch((thrown: unknown) => {
      this.#page = undefined;
      throw thrown;
    });
    return this.#page;
  }

  async #openNewPage(): Promise<InspectorPage> {
    this.#open ??= this.#observe();
    const open = await this.#open;
    const page = await open.observer.openPage(this.#deps.inspector ?? {});
    open.page = page;
    return page;
  }

  async #announce(open: Open): Promise<void> {
    const { announce } = this.#deps;
    if (!open.page || !announce || open.over) return;
    open.announcing ??= announce(open.page).catch((thrown: unknown) => {
      open.announcing = undefined;
      throw thrown;
    });
    await open.announcing;
  }

  #isRunning(): boolean {
    return this.#deps.view.actor.getSnapshot().matches('running');
  }

  /** A step that fails keeps nothing from the next. */
  async #tryTo(step: () => Promise<unknown> | undefined): Promise<void> {
    try {
      await step();
    } catch (thrown) {
      this.#deps.view.report(asLanpeerError(thrown, 'ERR_INSPECTOR'));
    }
  }
}
