import { render } from 'lit-html';
import { createModel, type Model } from '../model/model.ts';
import { reduce } from '../model/reduce.ts';
import { format, type TraceEvent } from '../model/trace-events.ts';
import { type App, firstUi, type Source, type Ui } from './app.ts';
import { chartsOf } from './chart-choice.ts';
import { ChartView } from './chart-view.ts';
import { createDrawings } from './drawings.ts';
import { emptyGlossary, fetchGlossary } from './glossary.ts';
import { listenToKeys } from './keyboard.ts';
import { openTraceEvents } from './live.ts';
import { createScrollers, page } from './page.ts';
import { createPlayer, type Player } from './player.ts';
import { createSchedule } from './schedule.ts';
import { createChosen } from './stacked.ts';
import { isOfNode, selectedView } from './views/chart-pane.ts';

/** Countdowns go on although nothing happens. */
const tickMs = 500;

// The token has served; it is not to be seen, copied or kept in the history.
history.replaceState(null, '', '/');

let model: Model = createModel();
let ui: Ui = firstUi;
let source: Source = { kind: 'connecting', failures: 0, retryAt: null, unknownFormat: null };
let player: Player | null = null;
let words = emptyGlossary;
let recorded: TraceEvent[] = [];
const root = document.getElementById('app');
const showChosen = createChosen();

const schedule = createSchedule(() => {
  if (!root) return;
  render(page(app, scrollers, chart), root);
  const ofNode = isOfNode(app);
  chart.show(
    chartsOf(ofNode ? 'node' : 'peer', ui.whole),
    ofNode ? app.model.node.machine : selectedView(app)?.machine,
  );
  showChosen(ui.selected);
  scrollers.peers.measure();
  scrollers.views[ui.view].measure();
});

const app: App = {
  get ui() {
    return ui;
  },
  get model() {
    return player?.model ?? model;
  },
  get source() {
    return source;
  },
  get player() {
    return player;
  },
  get words() {
    return words;
  },
  drawings: createDrawings(schedule.soon),
  // A recording that is still coming stands at its latest trace event.
  now: () => player?.at ?? (model.hello?.live === false ? model.at : Date.now()),
  set: (patch) => {
    ui = { ...ui, ...patch };
    schedule.now();
  },
  diagnose: (peer) => {
    const query = peer === null ? '' : `?peer=${encodeURIComponent(peer)}`;
    // Whether one has begun is told by the node; without the node the page says that it is gone.
    fetch(`/diagnosis${query}`, { method: 'POST' }).catch(() => undefined);
  },
  redraw: schedule.now,
};
const scrollers = createScrollers(app);
const chart = new ChartView(app);

function sourceIs(now: Source): void {
  source = now;
  document.documentElement.dataset['source'] = now.kind;
  schedule.soon();
}

function take(traceEvent: TraceEvent): void {
  if (traceEvent.t === 'hello') {
    model = createModel();
    recorded = [];
    player = null;
    const unknownFormat = traceEvent.format === format ? null : String(traceEvent.format);
    sourceIs({ kind: traceEvent.live ? 'live' : 'recording', failures: 0, retryAt: null, unknownFormat });
    document.title = `${traceEvent.name} · lanpeer`;
  }
  if (source.unknownFormat !== null) return;
  reduce(model, traceEvent);
  if (source.kind !== 'recording') return;
  recorded.push(traceEvent);
  if (traceEvent.t !== 'end') return;
  subscription.finish();
  player = createPlayer(recorded, schedule.soon, schedule.now);
}

const subscription = openTraceEvents({
  traceEvents: (traceEvents) => {
    for (const traceEvent of traceEvents) take(traceEvent);
    schedule.soon();
  },
  lost: (failures, retryAt) => sourceIs({ ...source, kind: 'lost', failures, retryAt }),
});
fetchGlossary().then(
  (fetched) => {
    words = fetched;
    schedule.soon();
  },
  // Without them the page says reasons and codes, not what they mean.
  () => undefined,
);
listenToKeys(app, scrollers.peers, chart);
window.setInterval(schedule.soon, tickMs);
schedule.now();
