import { html, nothing, type TemplateResult } from 'lit-html';
import type { Rates } from '../../model/model.ts';
import type { App } from '../app.ts';
import { bytes, perSecond, time, whole } from '../format.ts';
import { explain } from '../glossary.ts';

const width = 240;
const height = 44;

function spark(name: string, series: readonly Rates[], rateOf: (rates: Rates) => number): TemplateResult {
  const values = series.map(rateOf);
  const top = Math.max(1, ...values);
  const dots = values.map(
    (value, index) =>
      `${((index / Math.max(1, values.length - 1)) * width).toFixed(1)},${(height - 2 - (value / top) * (height - 6)).toFixed(1)}`,
  );
  return html`<figure class="spark">
    <figcaption>${name} <b>${perSecond(values.at(-1))}</b> <small>at most ${perSecond(top)}</small></figcaption>
    <svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true">
      <polyline points=${dots.join(' ')} />
    </svg>
  </figure>`;
}

function table(title: string, rows: readonly (readonly [string, string, string?])[]): TemplateResult {
  return html`<table>
    <caption>${title}</caption>
    <tbody>
      ${rows.map(
        ([name, value, hint]) =>
          html`<tr class=${value === '0' ? 'zero' : ''}><th scope="row">${name}${
            hint ? html` <small>${hint}</small>` : nothing
          }</th><td>${value}</td></tr>`,
      )}
    </tbody>
  </table>`;
}

export function node(app: App): TemplateResult {
  const { model, words } = app;
  const { figures, series, port, id } = model.node;
  const own = html`<p class="own-id"><code>${id ?? ''}</code> port ${port}</p>`;
  if (!figures)
    return html`<div class="figures">${own}
      <p class="empty">${
        model.hello?.live === false
          ? 'A recording holds no counters.'
          : 'Counters come once a second while the node runs.'
      }</p></div>`;
  const { stats } = figures;
  const refused = Object.entries(stats.refused).map(
    ([code, count]) => [code, whole(count ?? 0), explain(words, null, code)] as const,
  );
  const interfaces = Object.entries(stats.discovery.interfaces).map(
    ([name, { packets, heardAt, ownHeardAt, addresses, fault }]) =>
      [
        name,
        `${whole(packets)} of others${heardAt === null ? '' : `, last ${time(heardAt)}`}${ownHeardAt === null ? '; itself not heard' : ''}`,
        fault ?? (addresses.join(' ') || 'gone'),
      ] as const,
  );
  return html`<div class="figures" data-testid="figures">
    ${own}
    <div class="sparks">
      ${spark('In', series.items, ({ bytesIn }) => bytesIn)} ${spark('Out', series.items, ({ bytesOut }) => bytesOut)}
    </div>
    <div class="tables">
      ${table('Messages', [
        ['sent', whole(stats.messages.sent)],
        ['delivered', whole(stats.messages.delivered)],
        ['undelivered', whole(stats.messages.undelivered)],
        ['received', whole(stats.messages.received)],
        ['dropped', whole(stats.messages.dropped), 'volatile, came while too many waited'],
        ['refused', whole(stats.messages.refused), 'to groups that this node is not in'],
        ['invalid', whole(stats.messages.invalid), 'they do not fit their schema'],
        ['unhandled', whole(stats.messages.unhandled), 'no handler for it'],
        ['handler errors', whole(stats.messages.handlerErrors)],
      ])}
      ${table('Byte streams', [
        ['open', whole(stats.streams.open)],
        ['opened', whole(stats.streams.opened), 'by this program'],
        ['accepted', whole(stats.streams.accepted), 'opened by peers'],
        ['refused', whole(stats.streams.refused), 'no handler for it'],
        ['sent', bytes(stats.streams.sent), 'read by the other program'],
        ['received', bytes(stats.streams.received), 'read by this program'],
      ])}
      ${table('Traffic', [
        ['sent', bytes(stats.bytes.sent)],
        ['received', bytes(stats.bytes.received)],
        ['signalling sessions', whole(stats.signallingSessions)],
      ])}
      ${table('mDNS', [
        ['packets', whole(stats.discovery.packets)],
        ['dropped', whole(stats.discovery.dropped), 'over a rate limit'],
        ['malformed', whole(stats.discovery.malformed)],
        ['refused', whole(stats.discovery.refused), 'devices over a cap'],
      ])}
      ${interfaces.length > 0 ? table('mDNS by interface', interfaces) : nothing}
      ${
        refused.length > 0
          ? table('Refused sessions and links', refused)
          : html`<p class="empty">No session and no link was refused.</p>`
      }
    </div>
    <p class="legend">Counted since the node started; as of ${time(figures.at)}.</p>
  </div>`;
}
