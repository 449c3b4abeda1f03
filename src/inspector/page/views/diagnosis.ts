import { html, nothing, svg, type TemplateResult } from 'lit-html';
import { ref } from 'lit-html/directives/ref.js';
import { repeat } from 'lit-html/directives/repeat.js';
import type { Check, CheckStatus, Diagnosis } from '../../../api/diagnosis.ts';
import type { App } from '../app.ts';
import { duration, shortId, time } from '../format.ts';
import type { Scroller } from '../scrolling.ts';

/** Each has a shape and a word of its own: that nobody looked must not look like a fault. */
const signs = {
  ok: svg`<path class="sign" d="M-4.5,0.5L-1.5,4L4.5,-4" />`,
  fault: svg`<path class="sign" d="M-4,-4L4,4M4,-4L-4,4" />`,
  unknown: svg`<path class="sign" d="M-2.8,-2.4C-2.8,-5.6 2.9,-5.6 2.9,-2.4C2.9,-0.3 0,-0.4 0,1.6M0,4.2V5.2" />`,
} as const;

const sign = (status: CheckStatus): TemplateResult => html`<span class="verdict-${status}"
  ><svg class="mark" viewBox="-6 -6 12 12" aria-hidden="true">${signs[status]}</svg>${status}</span
>`;

const evidenceOf = ({ status, evidence }: Check): TemplateResult | typeof nothing =>
  evidence.length === 0
    ? nothing
    : html`<details ?open=${status !== 'ok'}>
        <summary>what was seen</summary>
        <ul>${evidence.map((line) => html`<li>${line}</li>`)}</ul>
      </details>`;

const row = (check: Check): TemplateResult => html`<li class="check" data-check=${check.id} data-status=${check.status}>
  <span class="check-status">${sign(check.status)}</span>
  <div class="check-text">
    <code>${check.id}</code> ${check.summary}
    ${check.next === undefined ? nothing : html`<p class="next"><b>Next:</b> ${check.next}</p>`}${evidenceOf(check)}
  </div>
</li>`;

function found(app: App, { status, verdict, peer, at, listenedMs, checks }: Diagnosis): TemplateResult {
  const masked = app.model.hello?.masked && verdict === '';
  const about = peer === null ? '' : `, with the way to ${app.model.names.get(peer) ?? shortId(peer)}`;
  return html`<p class="verdict" data-testid="verdict">
      ${sign(status)} <b>${masked ? 'The words are left out: the recording is masked.' : verdict}</b>
      <small>as of ${time(at)}${about}${listenedMs > 0 ? `; it had listened for ${duration(listenedMs)}` : ''}</small>
    </p>
    <ul class="checks">
      ${repeat(checks, ({ id }, index) => `${at} ${id} ${index}`, row)}
    </ul>`;
}

function buttons(app: App): TemplateResult | typeof nothing {
  const { model, ui, source } = app;
  if (model.hello?.live === false) return nothing;
  const { begunAt, last } = model.diagnosis;
  const isBusy = begunAt !== null;
  const isOff = isBusy || source.kind !== 'live';
  const again = last === null ? 'Diagnose' : 'Diagnose again';
  const { selected } = ui;
  const name = selected === null ? '' : (model.names.get(selected) ?? shortId(selected));
  return html`<button data-testid="diagnose" ?disabled=${isOff} @click=${() => app.diagnose(null)}>${again}</button>
    ${
      selected === null
        ? nothing
        : html`<button
            data-testid="diagnose-peer"
            title=${name}
            ?disabled=${isOff}
            @click=${() => app.diagnose(selected)}
          >
            and the way to <bdi>${name}</bdi>
          </button>`
    }`;
}

/** What keeps the node from its peers, as far as it can be seen from there. */
export function diagnosis(app: App, scroller: Scroller): TemplateResult {
  const { last, begunAt, failure } = app.model.diagnosis;
  return html`<div class="bar choose-diagnosis">
      <h3>What keeps this node from its peers</h3>
      ${buttons(app)}
    </div>
    <div class="scroll" tabindex="0" role="region" aria-label="Diagnosis" data-testid="diagnosis" ${ref(scroller.hold)}>
      <div role="status">
        ${begunAt === null ? nothing : html`<p class="empty">The node looks and listens, for some seconds …</p>`}
        ${failure ? html`<p class="empty"><code>${failure.code}</code> ${failure.message}</p>` : nothing}
      </div>
      ${
        last
          ? found(app, last)
          : begunAt !== null
            ? nothing
            : html`<p class="empty">
                ${
                  app.model.hello?.live === false
                    ? 'No diagnosis was asked for until then.'
                    : 'Diagnose looks at the network of this machine, at mDNS and at the devices that were heard, and says what to do. Select a peer to look at the way to it as well.'
                }
              </p>`
      }
    </div>`;
}
