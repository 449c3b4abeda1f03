import { html, nothing, type SVGTemplateResult, svg, type TemplateResult } from 'lit-html';
import type { PeerView } from '../../model/model.ts';
import { countStates, shownStates } from '../../model/select.ts';
import type { App } from '../app.ts';
import { shortId } from '../format.ts';
import { layoutMesh, type Spot } from '../mesh-layout.ts';
import { shape } from '../state-icon.ts';
import { fitText } from '../text-width.ts';

const viaOf = ({ peer, about }: PeerView): string => peer?.via ?? about?.via ?? 'none';

function edge({ state, ...view }: PeerView, { x, y }: Spot): SVGTemplateResult | typeof nothing {
  if (state === 'closed') return nothing;
  // Lines end at the rims of what they join.
  const length = Math.hypot(x, y);
  const [ux, uy] = [x / length, y / length];
  const via = state === 'connected' ? `via-${viaOf({ state, ...view })}` : '';
  return svg`<line class="edge s-${state} ${via}"
    x1=${ux * 34} y1=${uy * 34} x2=${x - ux * 14} y2=${y - uy * 14} />`;
}

function label({ name, id }: PeerView, { angle }: Spot): SVGTemplateResult {
  const aside = Math.abs(Math.cos(angle)) > 0.12;
  const anchor = aside ? (Math.cos(angle) > 0 ? 'start' : 'end') : 'middle';
  const x = aside ? Math.sign(Math.cos(angle)) * 16 : 0;
  const y = aside ? 4 : Math.sin(angle) > 0 ? 26 : -18;
  return svg`<text class="name" text-anchor=${anchor} x=${x} y=${y}>${fitText(name ?? shortId(id), 112, '12px')}</text>`;
}

function node(app: App, view: PeerView, spot: Spot, named: boolean): SVGTemplateResult {
  const { id, name, state } = view;
  const chosen = app.ui.selected === id;
  return svg`<g class="peer s-${state} ${chosen ? 'chosen' : ''}" transform="translate(${spot.x} ${spot.y})"
    data-mesh=${id} @click=${() => app.set({ selected: id, cursor: id, chartOf: 'peer' })}>
    <title>${name ?? 'unnamed'} (${shortId(id)}): ${state}${state === 'connected' ? ` via ${viaOf(view)}` : ''}</title>
    <circle r="13" class="disc" />
    <g transform="scale(1.25)">${shape(state)}</g>
    ${named || chosen ? label(view, spot) : nothing}
  </g>`;
}

const legend = (): TemplateResult => html`<p class="legend mesh-legend">
  <svg viewBox="0 0 30 8" aria-hidden="true"><line class="edge s-connected via-webrtc" x1="0" y1="4" x2="30" y2="4" /></svg> webrtc
  <svg viewBox="0 0 30 8" aria-hidden="true"><line class="edge s-connected via-tls" x1="0" y1="4" x2="30" y2="4" /></svg> tls
  <svg viewBox="0 0 30 8" aria-hidden="true"><line class="edge s-connecting" x1="0" y1="4" x2="30" y2="4" /></svg> connecting
  <svg viewBox="0 0 30 8" aria-hidden="true"><line class="edge s-failed" x1="0" y1="4" x2="30" y2="4" /></svg> failed
  <svg viewBox="0 0 30 8" aria-hidden="true"><line class="edge s-heard" x1="0" y1="4" x2="30" y2="4" /></svg> only heard
</p>`;

/** The mesh as this node sees it. A keyboard user has the list of peers, which says the same and more. */
export function mesh(app: App): TemplateResult {
  const { model } = app;
  const counts = countStates(model);
  // In the order of their ids a peer stays where it is whatever its state.
  const peers = [...model.peers.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const { spots, radius, named } = layoutMesh(peers.length);
  const half = { x: radius + (named ? 130 : 30), y: radius + 40 };
  const summary = shownStates.filter((state) => counts[state] > 0).map((state) => `${counts[state]} ${state}`);
  const drawn = peers.map((view, index) => ({ view, spot: spots[index] ?? { x: 0, y: 0, angle: 0 } }));
  const own = model.hello?.name ?? '';
  return html`<div class="mesh">
    <svg
      viewBox="${-half.x} ${-half.y} ${2 * half.x} ${2 * half.y}"
      role="img"
      aria-label="The mesh: this node and ${peers.length} peers${summary.length > 0 ? `, ${summary.join(', ')}` : ''}"
      data-testid="mesh"
    >
      <g class=${named ? '' : 'crowd'}>${drawn.map(({ view, spot }) => edge(view, spot))}</g>
      <g class="own">
        <title>${own}</title>
        <circle r="32" />
        <text text-anchor="middle" y="4">${fitText(own, 56, '600 11px')}</text>
      </g>
      ${drawn.map(({ view, spot }) => node(app, view, spot, named))}
    </svg>
    ${legend()}
  </div>`;
}
