import { html, type TemplateResult } from 'lit-html';
import { ref } from 'lit-html/directives/ref.js';
import type { StreamView } from '../../model/stream-events.ts';
import type { App } from '../app.ts';
import { bytes, perSecond, shortId } from '../format.ts';
import type { Scroller } from '../scrolling.ts';
import { transfers } from './transfers.ts';

const shownAtMost = 400;

function row(app: App, id: string, { type, opener, sent, received, rates }: StreamView): TemplateResult {
  return html`<tr>
    <th scope="row" title=${id}>
      ${opener === 'local' ? '→' : '←'} <bdi>${app.model.names.get(id) ?? shortId(id)}</bdi> <b>${type}</b>
    </th>
    <td data-label="sent">${bytes(sent.read)}<small>of ${bytes(sent.written)}</small></td>
    <td data-label="out">${perSecond(rates?.bytesOut)}<small>credit ${bytes(sent.credit)}</small></td>
    <td data-label="received">${bytes(received.read)}<small>of ${bytes(received.arrived)}</small></td>
    <td data-label="in">${perSecond(rates?.bytesIn)}<small>credit ${bytes(received.credit)}</small></td>
  </tr>`;
}

/** The byte streams that are open, of all peers or of the selected one. */
export function streams(app: App, scroller: Scroller): TemplateResult {
  const { selected } = app.ui;
  const open = [...app.model.peers.values()].flatMap((view) =>
    view.streams !== null && (selected === null || selected === view.id) ? [{ id: view.id, ...view.streams }] : [],
  );
  const all = [...app.model.peers.values()].reduce((sum, { streams: some }) => sum + (some?.count ?? 0), 0);
  const count = open.reduce((sum, one) => sum + one.count, 0);
  const shown = open.flatMap(({ id, streams: some }) => some.map((stream) => ({ id, stream }))).slice(0, shownAtMost);
  return html`<div class="bar">
      <h3>Open streams${selected === null ? '' : ' of the selected peer'}</h3>
      <span class="legend" aria-hidden="true">→ opened here &nbsp; ← opened by the peer</span>
      <span class="count">${shown.length < count ? `${shown.length} of ${count}` : count}</span>
    </div>
    <div class="scroll" tabindex="0" role="region" aria-label="Open streams" data-testid="streams" ${ref(scroller.hold)}>
      ${transfers(app)}
      ${
        shown.length === 0
          ? html`<p class="empty">${
              selected === null || all === 0
                ? 'No byte stream is open.'
                : `None of the ${all} open streams is with the selected peer.`
            }</p>`
          : html`<table class="streams">
              <thead>
                <tr>
                  <th scope="col">peer and type</th>
                  <th scope="col" title="read by the program at the peer, of what was written here">sent</th>
                  <th scope="col">out</th>
                  <th scope="col" title="read by the program here, of what has come">received</th>
                  <th scope="col">in</th>
                </tr>
              </thead>
              <tbody>
                ${shown.map(({ id, stream }) => row(app, id, stream))}
              </tbody>
            </table>`
      }
    </div>`;
}
