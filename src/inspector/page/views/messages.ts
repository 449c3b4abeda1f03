import { html, type TemplateResult } from 'lit-html';
import { ref } from 'lit-html/directives/ref.js';
import type { App } from '../app.ts';
import { clip, shortId, time } from '../format.ts';
import type { Scroller } from '../scrolling.ts';
import { jumpToLatest } from './jump-to-latest.ts';

export function messages(app: App, scroller: Scroller): TemplateResult {
  const { model, ui } = app;
  const until = ui.held['messages'] ?? Infinity;
  const shown = model.messages.items
    .filter(({ no, message }) => no <= until && (ui.selected === null || message.peer === ui.selected))
    .reverse();
  return html`<div class="bar">
      <h3>Messages${ui.selected === null ? '' : ' of the selected peer'}</h3>
      <span class="count">${shown.length}</span>
    </div>
    ${jumpToLatest(app, 'messages', scroller)}
    <div class="scroll" tabindex="0" role="list" aria-label="Messages" data-testid="messages" ${ref(scroller.hold)}>
      ${
        shown.length === 0
          ? html`<p class="empty">
              No message to show. Messages are shown only where the node was asked to, and never recorded.
            </p>`
          : scroller.list({
              items: shown,
              rowHeight: app.narrow ? 46 : 26,
              rows: (visible) =>
                visible.map(
                  ({ at, message: { direction, peer, type, preview } }) =>
                    html`<div class="line message" role="listitem">
                      <time>${time(at)}</time>
                      <span class="who" title=${peer}
                        >${direction === 'in' ? '← from' : '→ to'} <bdi>${model.names.get(peer) ?? shortId(peer)}</bdi></span
                      >
                      <span class="what"><b>${type}</b> <code title=${clip(preview, 600)}>${clip(preview, 300)}</code></span>
                    </div>`,
                ),
            })
      }
    </div>`;
}
