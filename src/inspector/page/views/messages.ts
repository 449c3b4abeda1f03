import { html, type TemplateResult } from 'lit-html';
import { ref } from 'lit-html/directives/ref.js';
import { repeat } from 'lit-html/directives/repeat.js';
import type { MessageEntry } from '../../model/model.ts';
import type { App } from '../app.ts';
import { shortId, time } from '../format.ts';
import type { Scroller } from '../scrolling.ts';
import { jumpToLatest } from './jump-to-latest.ts';

function row(app: App, { no, at, message: { direction, peer, type, preview } }: MessageEntry): TemplateResult {
  const name = app.model.names.get(peer) ?? shortId(peer);
  const isOpen = app.ui.message === no;
  return html`<div class="line message" role="listitem">
    <time>${time(at)}</time>
    <span class="who" title="${name} · ${peer}">${direction === 'in' ? '← from' : '→ to'} <bdi>${name}</bdi></span>
    <span class="what"
      ><b>${type}</b>
      <button
        class="preview"
        aria-expanded=${isOpen}
        title=${isOpen ? 'Show its first line' : 'Show all that is kept of it'}
        @click=${() => app.set({ message: isOpen ? null : no })}
      >
        <code>${preview}</code>
      </button></span
    >
  </div>`;
}

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
              ${
                model.messages.items.length > 0
                  ? `None of the ${model.messages.items.length} messages is of the selected peer.`
                  : 'No message to show. Messages are shown only where the node was asked to, and never recorded.'
              }
            </p>`
          : scroller.list({
              items: shown,
              rows: (visible) =>
                repeat(
                  visible,
                  ({ no }) => no,
                  (entry) => row(app, entry),
                ),
            })
      }
    </div>`;
}
