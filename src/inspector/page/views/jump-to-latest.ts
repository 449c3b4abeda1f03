import { html, nothing, type TemplateResult } from 'lit-html';
import type { App } from '../app.ts';
import type { Scroller } from '../scrolling.ts';

/** The way back to the latest, for a list that stands still because the user scrolled in it. */
export function jumpToLatest(app: App, name: string, scroller: Scroller): TemplateResult | typeof nothing {
  const until = app.ui.held[name];
  if (until === undefined || app.model.entries <= until) return nothing;
  return html`<button class="latest" @click=${() => scroller.toTop()}>↑ to the latest</button>`;
}
