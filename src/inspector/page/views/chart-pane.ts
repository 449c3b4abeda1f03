import { html, nothing, type TemplateResult } from 'lit-html';
import { ref } from 'lit-html/directives/ref.js';
import { leafOf } from '../../model/values.ts';
import type { App } from '../app.ts';
import type { ChartView } from '../chart-view.ts';
import { showPeers } from '../stacked.ts';
import { details, statePath } from './details.ts';

const choice = (text: string, on: boolean, title: string, act: () => void): TemplateResult =>
  html`<button aria-pressed=${on} title=${title} @click=${act}>${text}</button>`;

export const isOfNode = (app: App): boolean => app.ui.chartOf === 'node' || selectedView(app) === undefined;

export const selectedView = ({ ui, model }: App) => (ui.selected === null ? undefined : model.peers.get(ui.selected));

function controls(app: App, chart: ChartView): TemplateResult {
  const { ui } = app;
  const view = selectedView(app);
  const ofNode = isOfNode(app);
  return html`<div class="bar">
    <button class="back" aria-label="Back to the peers" title="Back to the peers" @click=${showPeers}>↑</button>
    <div class="choice" role="group" aria-label="Machine">
      ${
        view
          ? html`<button
              aria-pressed=${!ofNode}
              title="The connection with ${view.name ?? 'the selected peer'} (n)"
              @click=${() => app.set({ chartOf: 'peer' })}
            >
              <bdi>${view.name ?? 'peer'}</bdi>
            </button>`
          : nothing
      }
      ${choice('node', ofNode, 'The node itself (n)', () => app.set({ chartOf: 'node' }))}
    </div>
    ${
      ofNode && !ui.whole && !chart.isOuter
        ? nothing
        : html`<div class="choice" role="group" aria-label="Chart">
            ${choice('overview', !ui.whole, 'Outermost states (w)', () => app.set({ whole: false, zoom: null }))}
            ${choice('whole', ui.whole, 'Every state, with guards (w)', () => app.set({ whole: true, zoom: 0.7 }))}
          </div>`
    }
    <span class="space"></span>
    <div class="choice" role="group" aria-label="Zoom">
      <button title="Smaller (−)" aria-label="Smaller" @click=${() => chart.zoomBy(1 / 1.25)}>−</button>
      ${choice('fit', ui.zoom === null, 'As large as fits (0)', () => app.set({ zoom: null }))}
      <button title="Larger (+)" aria-label="Larger" @click=${() => chart.zoomBy(1.25)}>+</button>
    </div>
    ${choice('follow', ui.follow, 'Scroll to the state that it goes to', () => app.set({ follow: !ui.follow }))}
    ${choice('large', ui.expanded, 'Chart over the whole page (e)', () => app.set({ expanded: !ui.expanded }))}
  </div>`;
}

export function chartPane(app: App, chart: ChartView): TemplateResult {
  const view = selectedView(app);
  const { machine } = app.model.node;
  const shown = isOfNode(app) ? machine : view?.machine;
  const leaf = shown?.value ? leafOf(shown.value) : null;
  const gone = app.ui.selected !== null && !view;
  return html`<section class="pane chart ${app.ui.expanded ? 'expanded' : ''}" aria-label="Statechart">
    ${controls(app, chart)} ${gone ? html`<p class="empty">The selected peer is gone.</p>` : nothing}
    ${isOfNode(app) || !view ? statePath(leaf, machine.recent.at(-1), app.now()) : details(app, view)}
    <div
      class="canvas"
      tabindex="0"
      role="img"
      aria-label="Statechart, now in ${leaf ?? 'no state'}"
      data-testid="chart"
      ${ref(chart.hold)}
    ></div>
  </section>`;
}
