import { html, nothing, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { ref } from 'lit-html/directives/ref.js';
import { repeat } from 'lit-html/directives/repeat.js';
import type { PeerView } from '../../model/model.ts';
import { listPeers, type SortKey } from '../../model/select.ts';
import type { App } from '../app.ts';
import type { Scroller } from '../scrolling.ts';
import { peerRow, rowId } from './peer-row.ts';

const columns: readonly { readonly key: SortKey; readonly title: string; readonly hint: string }[] = [
  { key: 'state', title: 'State', hint: 'State of the connection' },
  { key: 'name', title: 'Peer', hint: 'Name and id' },
  { key: 'reason', title: 'Reason', hint: 'Why it is in that state' },
  { key: 'attempt', title: 'Try', hint: 'Attempts since the last stable link' },
  { key: 'next', title: 'Next', hint: 'Time to the next attempt' },
  { key: 'rtt', title: 'RTT', hint: 'Round-trip time of the link' },
  { key: 'in', title: 'In', hint: 'Bytes received per second' },
  { key: 'out', title: 'Out', hint: 'Bytes sent per second' },
  { key: 'queue', title: 'Queue', hint: 'Messages accepted and without an outcome yet' },
];

const orders: readonly (readonly [SortKey, string])[] = [
  ['trouble', 'trouble first'],
  ...columns.map(({ key, title }) => [key, `by ${title.toLowerCase()}`] as const),
];

/** Numbers are asked for from the largest down. */
const downwards: readonly SortKey[] = ['attempt', 'rtt', 'in', 'out', 'queue'];

export const orderedBy = (sort: SortKey) => ({ sort, descending: downwards.includes(sort) });

function head(app: App): TemplateResult {
  const { sort, descending } = app.ui;
  return html`<div class="row head" role="row" aria-rowindex="1">
    ${columns.map(({ key, title, hint }) => {
      const order = sort !== key ? 'none' : descending ? 'descending' : 'ascending';
      const turn = () => app.set(sort === key ? { descending: !descending } : orderedBy(key));
      return html`<span class="c-${key}" role="columnheader" aria-sort=${order}
        ><button title=${hint} @click=${turn}>${title}</button></span
      >`;
    })}
  </div>`;
}

export const shownPeers = (app: App): PeerView[] =>
  listPeers(app.model, {
    text: app.ui.text,
    state: app.ui.state,
    sort: app.ui.sort,
    descending: app.ui.descending,
  });

/** Moves the keyboard's row by so many, and the list with it. */
export function moveCursor(app: App, scroller: Scroller, by: number): void {
  const rows = shownPeers(app);
  const at = rows.findIndex(({ id }) => id === (app.ui.cursor ?? app.ui.selected));
  const to = Math.max(0, Math.min(rows.length - 1, at < 0 ? 0 : at + by));
  const row = rows[to];
  if (!row) return;
  app.set({ cursor: row.id });
  scroller.reveal(to);
}

function empty({ model, ui }: App): TemplateResult {
  if (model.peers.size > 0) return html`<p class="empty">No peer fits the filter.</p>`;
  return html`<p class="empty">
    ${model.hello ? 'Nothing is there yet: no device was heard, and no peer is known.' : 'Waiting for the node …'}
    ${ui.text === '' ? nothing : 'A filter is set.'}
  </p>`;
}

export function peers(app: App, scroller: Scroller): TemplateResult {
  const { ui } = app;
  const rows = shownPeers(app);
  const active = rows.some(({ id }) => id === ui.cursor) && ui.cursor !== null ? rowId(ui.cursor) : nothing;
  return html`<section class="pane peers" aria-label="Peers">
    <div class="bar">
      <h2>Peers</h2>
      <input
        type="search"
        id="filter"
        placeholder="Filter by name, id, state, reason …  ( / )"
        aria-label="Filter peers"
        autocomplete="off"
        spellcheck="false"
        .value=${live(ui.text)}
        @input=${(event: InputEvent) => app.set({ text: (event.target as HTMLInputElement).value })}
      />
      <span class="count" data-testid="shown">${rows.length} of ${app.model.peers.size}</span>
      ${orderBy(app)}
    </div>
    <div
      class="scroll"
      id="peers"
      role="grid"
      tabindex="0"
      aria-label="Peers"
      aria-rowcount=${rows.length + 1}
      aria-activedescendant=${active}
      ${ref(scroller.hold)}
    >
      ${head(app)}
      ${
        rows.length === 0
          ? empty(app)
          : scroller.list({
              items: rows,
              rows: (visible, first) =>
                repeat(
                  visible,
                  ({ id }) => id,
                  (view, index) => peerRow(app, view, first + index + 2),
                ),
            })
      }
    </div>
  </section>`;
}

/** Also of what has no head of a column, and where there is no room for heads. */
function orderBy(app: App): TemplateResult {
  return html`<select
    aria-label="Order of the peers"
    title="Order (t: trouble first)"
    @change=${(event: Event) => {
      const sort = (event.target as HTMLSelectElement).value as SortKey;
      app.set(orderedBy(sort));
    }}
  >
    ${orders.map(([key, text]) => html`<option value=${key} .selected=${live(key === app.ui.sort)}>${text}</option>`)}
  </select>`;
}
