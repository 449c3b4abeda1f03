import type { InspectorOptions, RecordingOptions } from '../../api.ts';
import { asLanpeerError, LanpeerError } from '../../errors.ts';
import type { Feed, Inspector, NodeView, Recording } from '../../inspector/index.ts';
import type { NodeParts } from '../adapters.ts';

/** Who looks on: the inspector's page and a recording. They are there from before the start until after the stop. */
export interface Observation {
  /**
   * Before the node starts; undefined where nobody asked for anything, so that nothing waits for it. Rejects with
   * `ERR_PORT_IN_USE`, `ERR_INSPECTOR` or `ERR_RECORDING`.
   */
  begin(): Promise<void> | undefined;
  /** The node has started: its state directory is its own. */
  started(): Promise<void>;
  /** After it has stopped. What goes wrong is reported; never rejects. */
  end(): Promise<void>;
  /** A link to the page, which is opened if it is not open. */
  link(): Promise<string>;
}

export interface ObservationOptions extends Pick<NodeParts, 'observe' | 'announce'> {
  readonly inspector: InspectorOptions | null;
  readonly recording: RecordingOptions | null;
}

interface Running {
  readonly feed: Feed;
  inspector?: Inspector;
  recording?: Recording;
  /** Resolves with how to take that back. */
  announcing?: Promise<() => Promise<void>> | undefined;
  over?: true;
}

export function createObservation(view: NodeView, options: ObservationOptions): Observation {
  let running: Promise<Running> | undefined;
  let opening: Promise<Inspector> | undefined;

  const isRunning = (): boolean => view.actor.getSnapshot().matches('running');

  async function feed(): Promise<Running> {
    const { createFeed } = await options.observe();
    return { feed: createFeed(view) };
  }

  async function open(): Promise<Inspector> {
    running ??= feed();
    const now = await running;
    const { openInspector, greet } = await options.observe();
    const inspector = await openInspector(view, now.feed, () => greet(view), options.inspector ?? {});
    now.inspector = inspector;
    return inspector;
  }

  async function announceTo(now: Running): Promise<void> {
    if (!now.inspector || !options.announce || now.over) return;
    now.announcing ??= options.announce(now.inspector).catch((thrown: unknown) => {
      now.announcing = undefined;
      throw thrown;
    });
    await now.announcing;
  }

  async function announce(): Promise<void> {
    const now = await running;
    if (now) await announceTo(now);
  }

  function openOnce(): Promise<Inspector> {
    opening ??= open().catch((thrown: unknown) => {
      opening = undefined;
      throw thrown;
    });
    return opening;
  }

  async function record(to: RecordingOptions): Promise<void> {
    running ??= feed();
    const now = await running;
    const { startRecording, greet } = await options.observe();
    now.recording = await startRecording(view, now.feed, greet(view), to);
  }

  /** One that fails keeps nobody from the next. */
  async function tryTo(step: () => Promise<unknown> | undefined): Promise<void> {
    try {
      await step();
    } catch (thrown) {
      view.report(asLanpeerError(thrown, 'ERR_INSPECTOR'));
    }
  }

  async function end(): Promise<void> {
    if (!running) return;
    await opening?.catch(() => undefined);
    const now = await running.catch(() => undefined);
    running = undefined;
    opening = undefined;
    if (!now) return;
    now.over = true;
    const withdraw = await now.announcing?.catch(() => undefined);
    await tryTo(() => withdraw?.());
    await tryTo(() => now.recording?.end());
    await tryTo(() => now.inspector?.close());
    now.feed.stop();
  }

  async function begin(): Promise<void> {
    try {
      if (options.recording) await record(options.recording);
      if (options.inspector) await openOnce();
    } catch (thrown) {
      await end();
      throw thrown;
    }
  }

  return {
    begin() {
      if (!options.recording && !options.inspector) return undefined;
      return begin();
    },
    started: announce,
    end,
    async link() {
      if (!isRunning()) throw new LanpeerError('ERR_NOT_RUNNING');
      const asked = openOnce();
      const { link } = await asked;
      await announce();
      // A stop that came meanwhile closes the page, or has closed it.
      if (opening !== asked || !isRunning()) throw new LanpeerError('ERR_NOT_RUNNING');
      return link();
    },
  };
}
