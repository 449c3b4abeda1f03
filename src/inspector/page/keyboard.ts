import { type App, views } from './app.ts';
import type { ChartView } from './chart-view.ts';
import type { Scroller } from './scrolling.ts';
import { showPeers } from './stacked.ts';
import { moveCursor, orderedBy } from './views/peers.ts';

/** Takes characters itself; a slider does not. */
const isText = (target: EventTarget | null): boolean =>
  target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && target.type === 'search');

const peerList = (): HTMLElement | null => document.getElementById('peers');
const isInPeers = ({ target }: KeyboardEvent): boolean => target instanceof Node && !!peerList()?.contains(target);
const isButton = ({ target }: KeyboardEvent): boolean =>
  target instanceof HTMLElement && target.matches('button, a, input[type="checkbox"]');

/** One step back: the filter first, then the selection. */
function stepBack(app: App): void {
  const { ui } = app;
  if (ui.expanded) app.set({ expanded: false });
  else if (ui.text !== '' || ui.state !== null) app.set({ text: '', state: null });
  else if (ui.historyText !== '') app.set({ historyText: '' });
  else app.set({ selected: null });
}

function inPeers(app: App, scroller: Scroller, event: KeyboardEvent): boolean {
  const page = 10;
  const by: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: -Infinity,
    End: Infinity,
  };
  const steps = by[event.key];
  if (steps !== undefined) moveCursor(app, scroller, steps);
  else if (event.key === 'Enter' && app.ui.cursor !== null && !isButton(event))
    app.set({ selected: app.ui.cursor, chartOf: 'peer' });
  else return false;
  return true;
}

export function listenToKeys(app: App, scroller: Scroller, chart: ChartView): void {
  const go = (by: number): void => {
    showPeers();
    moveCursor(app, scroller, by);
  };
  const anywhere: Readonly<Record<string, () => void>> = {
    j: () => go(1),
    k: () => go(-1),
    '/': () => document.getElementById('filter')?.focus(),
    '?': () => app.set({ help: true }),
    t: () => app.set(orderedBy(app.ui.sort === 'trouble' ? 'name' : 'trouble')),
    n: () => app.set({ chartOf: app.ui.chartOf === 'node' ? 'peer' : 'node' }),
    w: () => app.set({ whole: !app.ui.whole, zoom: app.ui.whole ? null : 0.7 }),
    e: () => app.set({ expanded: !app.ui.expanded }),
    '+': () => chart.zoomBy(1.25),
    '-': () => chart.zoomBy(1 / 1.25),
    '0': () => app.set({ zoom: null }),
    ',': () => app.player?.goToTransition('previous'),
    '.': () => app.player?.goToTransition('next'),
  };

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || app.ui.help) return;
    if (event.key === 'Escape') {
      if (event.target instanceof HTMLInputElement) event.target.blur();
      stepBack(app);
      return;
    }
    if (isText(event.target)) {
      // Down from the filter into what it left.
      if (event.key !== 'ArrowDown' || (event.target as Element).id !== 'filter') return;
      event.preventDefault();
      go(0);
      return;
    }
    const view = views[Number(event.key) - 1];
    const act = anywhere[event.key];
    if (isInPeers(event) && inPeers(app, scroller, event)) event.preventDefault();
    else if (view) app.set({ view });
    else if (event.key === ' ' && app.player && !isButton(event)) {
      event.preventDefault();
      app.player.play(!app.player.playing);
    } else if (act) {
      event.preventDefault();
      act();
    }
  });
}
