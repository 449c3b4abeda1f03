import { html, nothing, type TemplateResult } from 'lit-html';
import type { Shown } from '../../model/model.ts';
import { countStates, shownStates } from '../../model/select.ts';
import { leafOf } from '../../model/values.ts';
import type { App } from '../app.ts';
import { date, duration, shortId, whole } from '../format.ts';
import { shape } from '../state-icon.ts';

const kinds = { connecting: 'connecting', live: 'live', recording: 'recording', lost: 'lost' } as const;

function chip(app: App, state: Shown, count: number): TemplateResult {
  const on = app.ui.state === state;
  return html`<button
    class="chip s-${state} ${count === 0 ? 'none' : ''}"
    aria-pressed=${on}
    title=${on ? 'Show every state' : `Show only ${state}`}
    @click=${() => app.set({ state: on ? null : state })}
  >
    <svg class="mark" viewBox="-6 -6 12 12" aria-hidden="true">${shape(state)}</svg>
    ${state} <b>${whole(count)}</b>
  </button>`;
}

function about({ model, source }: App): TemplateResult {
  const { hello, node } = model;
  if (!hello) return html`<h1>lanpeer</h1>`;
  const value = node.machine.value;
  return html`
    <h1 title=${hello.name}><bdi>${hello.name}</bdi></h1>
    ${node.id === null ? nothing : html`<code title=${node.id} data-testid="own-id">${shortId(node.id)}</code>`}
    ${value === null ? nothing : html`<span class="fact" data-testid="node-state">${leafOf(value)}</span>`}
    ${node.port > 0 ? html`<span class="fact">port ${node.port}</span>` : nothing}
    <span class="fact version">lanpeer ${hello.version}</span>
    ${source.kind === 'recording' ? html`<span class="fact">${date(hello.at)}</span>` : nothing}
    ${hello.masked ? html`<span class="tag" title="Names, addresses and ids are replaced">masked</span>` : nothing}
  `;
}

/** Countdowns are not read out: a change of kind is. */
function sourceFault({ source, now }: App): TemplateResult | typeof nothing {
  if (source.unknownFormat !== null)
    return html`<p class="banner" role="alert">
      This page does not know the trace events of this node or file (<code>${source.unknownFormat}</code>): it was made by
      another version of lanpeer.
    </p>`;
  if (source.kind !== 'lost') return nothing;
  const wait = source.retryAt === null ? 0 : Math.max(0, source.retryAt - now());
  return html`<p class="banner" role="alert" data-testid="lost">
    The node is gone, or the connection to it is lost. What is shown is how it was.
    ${
      source.failures >= 4
        ? html`<b>If it runs, this link is no longer valid: ask for a new one with <code>lanpeer inspect</code>.</b>`
        : nothing
    }
    <span aria-hidden="true">Next try in ${duration(wait)}.</span>
  </p>`;
}

export function header(app: App): TemplateResult {
  const { model, source } = app;
  const counts = countStates(model);
  return html`<header>
      <div class="identity">${about(app)}</div>
      <span class="source ${source.kind}" role="status" data-testid="source">${kinds[source.kind]}</span>
      <button class="plain" aria-label="Help" title="Help (?)" @click=${() => app.set({ help: true })}>?</button>
      <div class="chips" role="group" aria-label="Connections by state">
        ${shownStates.map((state) => chip(app, state, counts[state]))}
      </div>
    </header>
    ${sourceFault(app)}
    ${
      model.stale
        ? html`<p class="banner quiet" role="status">Too much happened at once: trace events were left out here.</p>`
        : nothing
    }`;
}
