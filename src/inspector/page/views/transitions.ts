import { html, nothing, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { ref } from 'lit-html/directives/ref.js';
import { repeat } from 'lit-html/directives/repeat.js';
import type { Reason } from '../../../machines/connection/reasons.ts';
import { type HistoryEntry, listHistory, peerOfEntry } from '../../model/history.ts';
import type { App } from '../app.ts';
import { shortId, time } from '../format.ts';
import { explain } from '../glossary.ts';
import type { Scroller } from '../scrolling.ts';
import { badge } from '../state-icon.ts';
import { jumpToLatest } from './jump-to-latest.ts';

const path = (name: string): string => (name === '' ? 'any state' : name);

function who(app: App, id: string | null): TemplateResult {
  if (id === null) return html`<b>node</b>`;
  const name = app.model.names.get(id);
  return html`<button class="link" title=${name === undefined ? id : `${name} · ${id}`} @click=${() => app.set({ selected: id, cursor: id, chartOf: 'peer' })}>
    <bdi>${name ?? shortId(id)}</bdi>
  </button>`;
}

function what(app: App, entry: HistoryEntry): TemplateResult {
  if (entry.kind === 'gap') return html`<span class="wide gap">${entry.left} trace events were left out here</span>`;
  if (entry.kind === 'step') {
    const { event, taken } = entry.step;
    return html`<span class="wide step" title=${event.type}
      >${taken.map(
        ({ from, to, label }, index) =>
          html`${index === 0 ? '' : ', '}${path(from)} → ${path(to)} <code>${label}</code>`,
      )}</span
    >`;
  }
  const { previous, state, reason, code, via, attempt, gaveUp } = entry.change;
  const meaning = explain(app.words, reason, code);
  return html`
    <span class="move"><span class="from">${previous ?? '·'} →</span> ${badge(state)}</span>
    <span class="because"
      ><b>${reason}</b>${code ? html` <code>${code}</code>` : nothing}${
        via ? html` <span class="tag via-${via}">${via}</span>` : nothing
      }${attempt > 1 ? html` <small>attempt ${attempt}</small>` : nothing}${gaveUp ? html` <small>gave up</small>` : nothing}
      <small>${meaning}</small></span
    >
  `;
}

const row = (app: App, entry: HistoryEntry): TemplateResult => html`<div class="line ${entry.kind}" role="row">
  <time role="cell">${time(entry.at)}</time>
  <span class="who" role="cell">${entry.kind === 'gap' ? nothing : who(app, peerOfEntry(entry))}</span>
  <span class="what" role="cell">${what(app, entry)}</span>
</div>`;

function filters(app: App, count: number): TemplateResult {
  const { ui, words } = app;
  const check = (
    name: 'historySelected' | 'historySteps',
    text: string,
    title: string,
    enabled = true,
  ): TemplateResult => html`<label title=${title}
    ><input
      type="checkbox"
      ?disabled=${!enabled}
      .checked=${live(enabled && ui[name])}
      @change=${(event: Event) => app.set({ [name]: (event.target as HTMLInputElement).checked })}
    />${text}</label
  >`;
  return html`<div class="bar">
    <input
      type="search"
      id="history-filter"
      aria-label="Filter transitions"
      placeholder="Filter by peer, state, event …"
      autocomplete="off"
      spellcheck="false"
      .value=${live(ui.historyText)}
      @input=${(event: InputEvent) => app.set({ historyText: (event.target as HTMLInputElement).value })}
    />
    <select
      aria-label="Reason"
      data-testid="reason"
      @change=${(event: Event) => {
        const reason = (event.target as HTMLSelectElement).value;
        app.set({ historyReason: reason === '' ? null : (reason as Reason) });
      }}
    >
      <option value="">any reason</option>
      ${Object.keys(words.reasons).map(
        (reason) => html`<option value=${reason} ?selected=${reason === ui.historyReason}>${reason}</option>`,
      )}
    </select>
    ${check(
      'historySelected',
      'only the selected peer',
      ui.selected === null ? 'No peer is selected' : 'Leave out other peers',
      ui.selected !== null,
    )}
    ${check('historySteps', 'every step', 'Show transitions between sub-states, with their events and guards')}
    <span class="count">${count}</span>
  </div>`;
}

export function transitions(app: App, scroller: Scroller): TemplateResult {
  const { ui, model } = app;
  const query = {
    peer: ui.historySelected ? ui.selected : null,
    reason: ui.historyReason,
    text: ui.historyText,
    steps: ui.historySteps,
  };
  const entries = listHistory(model, { ...query, until: ui.held['transitions'] ?? Infinity });
  return html`${filters(app, entries.length)} ${jumpToLatest(app, 'transitions', scroller)}
    <div class="scroll" tabindex="0" role="table" aria-label="Transitions" data-testid="history" ${ref(scroller.hold)}>
      ${
        entries.length === 0
          ? html`<p class="empty">No transition yet that fits.</p>`
          : scroller.list({
              items: entries,
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
