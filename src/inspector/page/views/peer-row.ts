import { html, nothing, type TemplateResult } from 'lit-html';
import type { PeerView } from '../../model/model.ts';
import { leafOf, topOf } from '../../model/values.ts';
import type { App } from '../app.ts';
import { duration, milliseconds, perSecond, shortId, whole } from '../format.ts';
import { explain } from '../glossary.ts';
import { badge } from '../state-icon.ts';

export const rowId = (id: string): string => `peer-${id}`;

/** `suspect.silent` of `connected.suspect.silent`; nothing of what is usual. */
export function inner({ machine }: PeerView): string {
  if (machine.value === null) return '';
  const leaf = leafOf(machine.value);
  const rest = leaf.slice(topOf(leaf).length + 1);
  return rest === 'steady' || rest === 'waiting' ? '' : rest;
}

/** Time to the next try; '' where none is planned. */
export function countdown(view: PeerView, now: number): string {
  const { about } = view;
  if (about?.gaveUp) return 'gave up';
  if (about?.next === null || about?.next === undefined || view.state !== 'failed') return '';
  return about.next <= now ? 'now' : duration(about.next - now);
}

const attemptsOf = ({ about }: PeerView): string => (about && about.attempt > 0 ? `${about.attempt}` : '');

export function peerRow(app: App, view: PeerView, index: number): TemplateResult {
  const { id, name, state, about, peer, figures } = view;
  const { selected, cursor } = app.ui;
  const queued = figures?.stats.queued;
  const via = peer?.via ?? about?.via;
  const next = countdown(view, app.now());
  const select = () => app.set({ selected: id, cursor: id, chartOf: 'peer' });
  return html`<div
    class="row s-${state} ${cursor === id ? 'cursor' : ''}"
    role="row"
    id=${rowId(id)}
    data-peer=${id}
    data-state=${state}
    aria-rowindex=${index}
    aria-selected=${selected === id}
    @click=${select}
  >
    <span class="c-state" role="gridcell">${badge(state)}<small>${inner(view)}</small></span>
    <span class="c-name" role="gridcell"
      ><bdi title=${name ?? ''}>${name ?? 'unnamed'}</bdi
      ><small title=${id}
        >${via && state === 'connected' ? html`<span class="tag via-${via}">${via}</span> ` : nothing}<code
          >${shortId(id)}</code
        ></small
      ></span
    >
    <span class="c-reason" role="gridcell" title=${explain(app.words, about?.reason ?? null, about?.code ?? null)}
      >${about?.reason ?? (view.device ? 'mDNS only' : '')}${
        about?.code && state !== 'connected' ? html`<small>${about.code}</small>` : nothing
      }</span
    >
    <span class="c-next" role="gridcell" title=${next}>${next}</span>
    <span class="c-facts" role="presentation">
      <span class="c-attempt" role="gridcell" data-label="try">${attemptsOf(view)}</span>
      <span class="c-rtt" role="gridcell" data-label="rtt"
        >${peer?.roundTripMs === null || peer === null ? '' : milliseconds(peer.roundTripMs)}</span
      >
      <span class="c-in" role="gridcell" data-label="in">${perSecond(figures?.rates?.bytesIn)}</span>
      <span class="c-out" role="gridcell" data-label="out">${perSecond(figures?.rates?.bytesOut)}</span>
      <span class="c-queue" role="gridcell" data-label="queue">${queued ? whole(queued.messages) : ''}</span>
    </span>
  </div>`;
}
