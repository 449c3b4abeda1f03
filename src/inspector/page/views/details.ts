import { html, nothing, type TemplateResult } from 'lit-html';
import type { PeerView, TakenAt } from '../../model/model.ts';
import { leafOf } from '../../model/values.ts';
import type { App } from '../app.ts';
import { bytes, duration, milliseconds, perSecond, time, whole } from '../format.ts';
import { explain } from '../glossary.ts';
import { badge } from '../state-icon.ts';
import { countdown } from './peer-row.ts';
import { presence } from './presence.ts';

const path = (name: string): string => (name === '' ? 'any state' : name.replaceAll('.', ' › '));

/** Where a machine is, and how it got there. */
export const statePath = (value: string | null, last: TakenAt | undefined, now: number): TemplateResult => html`
  <p class="where" data-testid="where">
    <b>${value === null ? 'no machine' : path(value)}</b>
    ${
      last
        ? html`<span>← ${path(last.from)} by <code>${last.label}</code>, ${duration(now - last.at)} ago</span>`
        : nothing
    }
  </p>
`;

const fact = (name: string, value: unknown): TemplateResult => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;

function facts(view: PeerView, now: number): (TemplateResult | typeof nothing)[] {
  const { peer, device, about, figures } = view;
  const addresses = peer ? peer.address : device?.addresses.join(', ');
  const next = countdown(view, now);
  return [
    addresses ? fact('address', addresses) : nothing,
    device ? fact('port', device.port) : nothing,
    about?.via ? fact('via', about.via) : nothing,
    peer ? fact('connected for', duration(now - peer.since)) : nothing,
    peer && peer.roundTripMs !== null ? fact('round trip', milliseconds(peer.roundTripMs)) : nothing,
    about && about.attempt > 0 ? fact('attempt', about.attempt) : nothing,
    next === '' ? nothing : fact('next try', next),
    about && about.epoch > 0 ? fact('epoch', about.epoch) : nothing,
    about ? fact('signalling sessions', about.signallingSessions) : nothing,
    view.session ? fact('session', view.session) : nothing,
    figures?.rates
      ? fact('rates', `${perSecond(figures.rates.bytesIn)} in · ${perSecond(figures.rates.bytesOut)} out`)
      : nothing,
    figures
      ? fact('received', `${whole(figures.stats.messages.received)} · ${bytes(figures.stats.bytes.received)}`)
      : nothing,
    figures ? fact('sent', `${whole(figures.stats.messages.sent)} · ${bytes(figures.stats.bytes.sent)}`) : nothing,
    figures ? fact('queue', `${whole(figures.stats.queued.messages)} · ${bytes(figures.stats.queued.bytes)}`) : nothing,
    view.streams ? fact('streams', whole(view.streams.count)) : nothing,
    view.changedAt === null ? nothing : fact('last change', `${time(view.changedAt)} (${view.changes} in all)`),
  ];
}

export function details(app: App, view: PeerView): TemplateResult {
  const { about, machine, name, id, state } = view;
  const now = app.now();
  return html`<div class="details" data-testid="details">
    <div class="title">${badge(state)} <h2><bdi>${name ?? 'unnamed'}</bdi></h2> <code class="id">${id}</code></div>
    ${
      about
        ? html`<p class="why">
            <b>${about.reason}</b>${about.code ? html` <code>${about.code}</code>` : nothing}
            <span>${explain(app.words, about.reason, about.code)}</span>
          </p>`
        : html`<p class="why"><span>Heard by mDNS: a hint, nothing is proven.</span></p>`
    }
    <dl class="facts">${facts(view, now)}</dl>
    ${view.peer ? presence(view.peer) : nothing}
    ${statePath(machine.value === null ? null : leafOf(machine.value), machine.recent.at(-1), now)}
  </div>`;
}
