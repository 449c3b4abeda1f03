import { html, nothing, type TemplateResult } from 'lit-html';
import type { App, View } from './app.ts';
import type { ChartView } from './chart-view.ts';
import { createScroller, type Scroller } from './scrolling.ts';
import { chartPane } from './views/chart-pane.ts';
import { diagnosis } from './views/diagnosis.ts';
import { errors } from './views/errors.ts';
import { header } from './views/header.ts';
import { help } from './views/help.ts';
import { mesh } from './views/mesh.ts';
import { messages } from './views/messages.ts';
import { node } from './views/node.ts';
import { peers } from './views/peers.ts';
import { signalling } from './views/signalling.ts';
import { streams } from './views/streams.ts';
import { tabs } from './views/tabs.ts';
import { timeline } from './views/timeline.ts';
import { transitions } from './views/transitions.ts';

export interface Scrollers {
  readonly peers: Scroller;
  readonly views: Readonly<Record<View, Scroller>>;
}

export function createScrollers(app: App): Scrollers {
  const ofView = (view: View): Scroller => {
    const scroller = createScroller(app.redraw, () => {
      const until = scroller.atTop ? undefined : app.model.entries;
      app.set({ held: { ...app.ui.held, [view]: until } });
    });
    return scroller;
  };
  return {
    peers: createScroller(app.redraw),
    views: {
      transitions: ofView('transitions'),
      signalling: ofView('signalling'),
      mesh: ofView('mesh'),
      node: ofView('node'),
      errors: ofView('errors'),
      messages: ofView('messages'),
      streams: ofView('streams'),
      diagnosis: ofView('diagnosis'),
    },
  };
}

const panels: Readonly<Record<View, (app: App, scroller: Scroller) => TemplateResult>> = {
  transitions,
  signalling,
  mesh,
  node,
  errors,
  messages,
  streams,
  diagnosis,
};

export function page(app: App, scrollers: Scrollers, chart: ChartView): TemplateResult {
  const { view } = app.ui;
  return html`${header(app)} ${app.player ? timeline(app.player) : nothing}
    <main class=${app.ui.expanded ? 'expanded' : ''}>
      ${peers(app, scrollers.peers)} ${chartPane(app, chart)} ${tabs(app, panels[view](app, scrollers.views[view]))}
    </main>
    ${app.ui.help ? help(app) : nothing}`;
}
