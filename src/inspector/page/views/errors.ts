import { html, nothing, type TemplateResult } from 'lit-html';
import { ref } from 'lit-html/directives/ref.js';
import type { App } from '../app.ts';
import { time } from '../format.ts';
import { explain } from '../glossary.ts';
import type { Scroller } from '../scrolling.ts';
import { jumpToLatest } from './jump-to-latest.ts';

/** What stands now and keeps the node from hearing or reaching others. */
const notices = ({ model }: App): TemplateResult | typeof nothing =>
  model.notices.size === 0
    ? nothing
    : html`<div class="notices" role="list" aria-label="Notices" data-testid="notices" tabindex="0">${[
        ...model.notices.values(),
      ].map(
        ({ code, message, since }) =>
          html`<div class="line error" role="listitem">
            <time>${time(since)}</time>
            <span class="what"><code>${code}</code> ${message}</span>
          </div>`,
      )}</div>`;

export function errors(app: App, scroller: Scroller): TemplateResult {
  const until = app.ui.held['errors'] ?? Infinity;
  const shown = app.model.errors.items.filter(({ no }) => no <= until).reverse();
  return html`${notices(app)}
    <div class="bar"><h3>Non-fatal errors</h3><span class="count">${shown.length}</span></div>
    ${jumpToLatest(app, 'errors', scroller)}
    <div class="scroll" tabindex="0" role="list" aria-label="Errors" data-testid="errors" ${ref(scroller.hold)}>
      ${
        shown.length === 0
          ? html`<p class="empty">No error was reported.</p>`
          : scroller.list({
              items: shown,
              rows: (visible) =>
                visible.map(
                  ({ at, error }) =>
                    html`<div class="line error" role="listitem">
                      <time>${time(at)}</time>
                      <span class="what"
                        ><code>${error.code}</code> ${error.message}
                        <small>${explain(app.words, null, error.code)}</small></span
                      >
                    </div>`,
                ),
            })
      }
    </div>`;
}
