import type { InspectorOptions } from '../api/options.ts';
import { limits } from '../limits.ts';
import type { InspectorPage, NodeView } from '../node/observer.ts';
import type { Feed } from './feed.ts';
import { createHistory, isNoise } from './history.ts';
import { watchMessages } from './messages.ts';
import type { HelloEvent, TraceEvent } from './model/trace-events.ts';
import { createPages } from './server/pages.ts';
import { servePage } from './server/server.ts';
import { StreamWatch } from './streams.ts';
import { TransferWatch } from './transfers.ts';

/** Opens the page of a node. Rejects with `ERR_PORT_IN_USE` or `ERR_INSPECTOR`. */
export async function openInspector(
  view: NodeView,
  feed: Feed,
  hello: () => HelloEvent,
  { port = 0, messages = false }: InspectorOptions,
): Promise<InspectorPage> {
  const { clock } = view;
  const { batchMs, figuresEveryMs, frames: most } = limits.inspector;
  const past = createHistory(most);
  const streams = new StreamWatch(view);
  const transfers = new TransferWatch(view);
  let batch: TraceEvent[] = [];
  let batchTimer: unknown;
  let figuresTimer: unknown;

  const pages = createPages(
    {
      *greeting() {
        flush();
        yield hello();
        yield* past.recent();
        yield feed.state();
        yield* streams.all();
        yield transfers.now();
        yield* feed.diagnoses.standing;
        yield figures();
      },
      standing: () => [feed.state(), ...streams.all(), transfers.now(), ...feed.diagnoses.standing],
    },
    () => clock.now(),
  );

  function figures(): TraceEvent {
    const { peers, ...stats } = view.stats();
    return { t: 'figures', at: clock.now(), stats, peers };
  }

  function flush(): void {
    clock.clearTimeout(batchTimer);
    batchTimer = undefined;
    const traceEvents = batch;
    batch = [];
    pages.send(traceEvents);
  }

  function emit(traceEvent: TraceEvent): void {
    if (pages.size === 0) return;
    batch.push(traceEvent);
    batchTimer ??= clock.setTimeout(flush, batchMs);
  }

  function emitFigures(): void {
    if (pages.size > 0) {
      emit(figures());
      for (const traceEvent of [...streams.news(), ...transfers.news()]) emit(traceEvent);
    }
    figuresTimer = clock.setTimeout(emitFigures, figuresEveryMs);
  }

  const server = await servePage(port, pages, (peer) => feed.diagnoses.begin(peer));
  const stopListening = feed.listen((traceEvent) => {
    if (isNoise(traceEvent)) return;
    past.add(traceEvent);
    emit(traceEvent);
  });
  const stopMessages = messages ? watchMessages(view, emit) : (): void => undefined;
  emitFigures();

  return {
    port: server.port,
    owner: server.owner,
    link: server.link,
    async close() {
      stopListening();
      stopMessages();
      clock.clearTimeout(figuresTimer);
      flush();
      await server.close();
    },
  };
}
