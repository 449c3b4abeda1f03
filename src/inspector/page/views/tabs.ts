import { html, nothing, type TemplateResult } from 'lit-html';
import { type App, type View, views } from '../app.ts';
import { countTransfers } from './transfers.ts';

const titles: Readonly<Record<View, string>> = {
  transitions: 'Transitions',
  signalling: 'Signalling',
  mesh: 'Mesh',
  node: 'Node',
  errors: 'Errors',
  messages: 'Messages',
  streams: 'Streams',
  diagnosis: 'Diagnosis',
};

function counted(app: App, view: View): number {
  const { model } = app;
  if (view === 'errors') return model.errors.items.length + model.notices.size;
  if (view === 'streams')
    return [...model.peers.values()].reduce((sum, peer) => sum + (peer.streams?.count ?? 0), countTransfers(app));
  if (view === 'diagnosis') return model.diagnosis.last?.checks.filter(({ status }) => status === 'fault').length ?? 0;
  return view === 'messages' ? model.messages.items.length : 0;
}

export function tabs(app: App, panel: TemplateResult): TemplateResult {
  const { view } = app.ui;
  // As the pattern of tabs has it: one stop for the tab key, arrows go on from there.
  const onKey = (event: KeyboardEvent): void => {
    const at = views.indexOf(view);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = views.at(to % views.length) ?? view;
    app.set({ view: next });
    document.getElementById(`tab-${next}`)?.focus();
  };
  return html`<section class="pane views" aria-label="Views">
    <div class="tabs" role="tablist" aria-label="Views" @keydown=${onKey}>
      ${views.map((name, index) => {
        const count = counted(app, name);
        return html`<button
          role="tab"
          id="tab-${name}"
          data-view=${name}
          aria-selected=${name === view}
          aria-controls="panel"
          tabindex=${name === view ? 0 : -1}
          title="${titles[name]} (${index + 1})"
          @click=${() => app.set({ view: name })}
        >
          ${titles[name]}${count > 0 ? html` <small>${count}</small>` : nothing}
        </button>`;
      })}
    </div>
    <div class="panel" id="panel" role="tabpanel" aria-labelledby="tab-${view}">${panel}</div>
  </section>`;
}
