import { html, nothing, type TemplateResult } from 'lit-html';
import type { PeerBody } from '../../model/trace-events.ts';
import { clip } from '../format.ts';

const fieldsAtMost = 64;
const charactersAtMost = 512;

const row = (name: TemplateResult | string, value: TemplateResult): TemplateResult =>
  html`<div><dt>${name}</dt><dd>${value}</dd></div>`;

const more = (shown: number, all: number): TemplateResult | typeof nothing =>
  shown < all ? html` <small>and ${all - shown} more</small>` : nothing;

/** What a peer says of itself: anything that it may send, as text. */
export function presence({ properties = {}, groups = [] }: PeerBody): TemplateResult | typeof nothing {
  const fields = Object.entries(properties);
  if (fields.length + groups.length === 0) return nothing;
  const shown = groups.slice(0, fieldsAtMost);
  return html`<dl class="facts" data-testid="presence">
    ${
      groups.length === 0
        ? nothing
        : row(
            'groups',
            html`${shown.map((group) => html`<bdi class="group">${group}</bdi> `)}${more(shown.length, groups.length)}`,
          )
    }
    ${fields
      .slice(0, fieldsAtMost)
      .map(([name, value]) =>
        row(
          html`<bdi>${clip(name, charactersAtMost)}</bdi>`,
          html`<bdi>${clip(JSON.stringify(value) ?? '', charactersAtMost)}</bdi>`,
        ),
      )}
    ${fields.length > fieldsAtMost ? html`<div>${more(fieldsAtMost, fields.length)}</div>` : nothing}
  </dl>`;
}
