import { html, nothing, type TemplateResult } from 'lit-html';
import { ref } from 'lit-html/directives/ref.js';
import type { SignallingStep } from '../../../api/diagnostics.ts';
import type { SequenceEntry } from '../../model/model.ts';
import type { App } from '../app.ts';
import { time } from '../format.ts';
import { explain } from '../glossary.ts';
import type { Scroller } from '../scrolling.ts';
import { badge } from '../state-icon.ts';

/** Which way a step goes: from this node, to it, or neither. */
type Way = 'out' | 'in' | 'here';

interface Line {
  readonly way: Way;
  readonly text: string;
  readonly code: string | null;
  readonly bad: boolean;
}

const line = (way: Way, text: string, code: string | null = null, bad = code !== null): Line => ({
  way,
  text,
  code,
  bad,
});

function lineOf(step: SignallingStep): Line {
  switch (step.step) {
    case 'dial':
      return line('out', `dial ${step.address} port ${step.port}`);
    case 'dial-failed':
      return line('here', `dial of ${step.address} port ${step.port} failed`, step.code);
    case 'session':
      return line(step.opener === 'local' ? 'out' : 'in', `session ${step.key} with ${step.address}, both proven`);
    case 'session-ended': {
      const by = step.by === null ? 'broke' : step.by === 'local' ? 'ended by this side' : 'ended by the other side';
      const bye = step.bye === null ? '' : `: ${step.bye}`;
      return line(step.by === 'remote' ? 'in' : 'here', `session ${step.key} ${by}${bye}`, null, step.by === null);
    }
    case 'refused':
      return line('here', `${step.address} was refused`, step.code);
    case 'offer':
      return line(step.direction, `offer of epoch ${step.epoch}, ${step.via}`);
    case 'signal':
      return line(step.direction, `answer or candidates, epoch ${step.epoch}`);
    case 'negotiated':
      return line('here', `link of epoch ${step.epoch} is negotiated, ${step.via}`);
    case 'open':
      return line('here', `link of epoch ${step.epoch} is open, ${step.via}`);
    case 'down':
      return line(
        'here',
        `link of epoch ${step.epoch} is down${step.silent ? ', silent' : ''}, ${step.via}`,
        step.code,
      );
    case 'lost':
      return line('in', `the other side lost the link of epoch ${step.epoch}`, null, true);
  }
}

const arrows: Readonly<Record<Way, string>> = { out: '→', in: '←', here: '·' };
const directionText: Readonly<Record<Way, string>> = { out: 'from this node', in: 'from the peer', here: 'here' };

/** Since the entry before it: where an attempt spends its time. */
function gapOf(entry: SequenceEntry, before: SequenceEntry | undefined): string {
  if (!before) return '';
  const ms = entry.at - before.at;
  return ms < 0 ? '' : ms < 10_000 ? `+${Math.round(ms)} ms` : `+${Math.round(ms / 1_000)} s`;
}

function row(app: App, entry: SequenceEntry, before: SequenceEntry | undefined): TemplateResult {
  const passed = html`<time>${time(entry.at)}</time><span class="passed">${gapOf(entry, before)}</span>`;
  if (entry.kind === 'change') {
    const { state, reason, code, attempt } = entry.change;
    return html`<li class="divider" title=${explain(app.words, reason, code)}>
      ${passed}<span>${badge(state)} <b>${reason}</b> ${code ? html`<code>${code}</code>` : nothing}
      ${state === 'connecting' ? html`<small>attempt ${attempt}</small>` : nothing}</span>
    </li>`;
  }
  if (entry.kind === 'session')
    return html`<li>${passed}<span class="way">≡</span><span>message session ${entry.change.change}</span></li>`;
  const { way, text, code, bad } = lineOf(entry.step);
  return html`<li class="${way} ${bad ? 'bad' : ''}">
    ${passed}<span class="way" aria-label=${directionText[way]}>${arrows[way]}</span
    ><span class="said" title=${explain(app.words, null, code)}>${text}${code ? html` <code>${code}</code>` : nothing}</span>
  </li>`;
}

const shownAtMost = 400;

export function signalling(app: App, scroller: Scroller): TemplateResult {
  const { model, ui } = app;
  const id = ui.selected ?? '';
  const all = (model.sequences.get(id)?.items ?? []).filter(({ no }) => no <= (ui.held['signalling'] ?? Infinity));
  const shown = all.slice(-shownAtMost);
  const name = id === '' ? null : (model.names.get(id) ?? 'this peer');
  return html`<div class="bar">
      <h3>
        ${
          name === null
            ? 'Strangers: dials without knowing who is there, and who was refused. Select a peer for its own.'
            : html`The last attempts with <bdi>${name}</bdi>`
        }
      </h3>
      <span class="legend" aria-hidden="true">→ from this node &nbsp; ← from the peer</span>
      <span class="count">${shown.length < all.length ? `last ${shown.length} of ${all.length}` : all.length}</span>
    </div>
    <div class="scroll" tabindex="0" role="region" aria-label="Steps of signalling" data-testid="sequence" ${ref(scroller.hold)}>
      ${
        shown.length === 0
          ? html`<p class="empty">No step of signalling yet.</p>`
          : html`<ol class="sequence" reversed>
              ${shown.map((_, index) => {
                const place = shown.length - 1 - index;
                const entry = shown[place];
                return entry ? row(app, entry, shown[place - 1]) : nothing;
              })}
            </ol>`
      }
    </div>`;
}
