import { html, type TemplateResult } from 'lit-html';
import { ref } from 'lit-html/directives/ref.js';
import type { App } from '../app.ts';
import { badge } from '../state-icon.ts';

const keys: readonly (readonly [string, string])[] = [
  ['↑ ↓ or j k', 'go through the peers; Enter selects'],
  ['/', 'to the filter of peers'],
  ['t', 'peers in trouble first, or by name'],
  ['Escape', 'clear the filter, then the selection'],
  ['1 … 8', 'transitions, signalling, mesh, node, errors, messages, streams, diagnosis'],
  ['n', 'chart of the node, or of the selected peer'],
  ['w', 'whole chart or overview'],
  ['e', 'chart large or small'],
  ['+ − 0', 'zoom of the chart, fit'],
  ['space', 'play or pause a recording'],
  [', .', 'transition before and after, in a recording'],
];

export function help(app: App): TemplateResult {
  const close = (): void => app.set({ help: false });
  const show = (element: Element | undefined): void => {
    // It is not in the document yet when it is made.
    if (element instanceof HTMLDialogElement) queueMicrotask(() => element.showModal());
  };
  return html`<dialog aria-label="Help" data-testid="help" @close=${close} @click=${(event: Event) => {
    if (event.target === event.currentTarget) close();
  }} ${ref(show)}>
    <h2>Keys</h2>
    <dl class="keys">${keys.map(([key, text]) => html`<dt><kbd>${key}</kbd></dt><dd>${text}</dd>`)}</dl>
    <h2>States</h2>
    <dl class="keys">
      <dt>${badge('connected')}</dt><dd>a link is up: messages pass</dd>
      <dt>${badge('connecting')}</dt><dd>a dial or a link is under way</dd>
      <dt>${badge('failed')}</dt><dd>waits for the next try, or for a reason to try</dd>
      <dt>${badge('new')}</dt><dd>known, and nothing tried yet</dd>
      <dt>${badge('closed')}</dt><dd>ended on purpose</dd>
      <dt>${badge('heard')}</dt><dd>heard by mDNS and nothing more</dd>
    </dl>
    <form method="dialog"><button>Close</button></form>
  </dialog>`;
}
