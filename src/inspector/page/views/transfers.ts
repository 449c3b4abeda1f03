import { html, nothing, type TemplateResult } from 'lit-html';
import type { TransferView } from '../../model/transfer-events.ts';
import type { App } from '../app.ts';
import { bytes, duration, perSecond, shortId, whole } from '../format.ts';
import { explain } from '../glossary.ts';

const states: Readonly<Record<TransferView['state'], string>> = {
  waiting: 'waits for an answer',
  checking: 'looks what is there already',
  moving: 'under way',
  away: 'waits for the peer to come back',
  done: 'done',
  failed: 'failed',
};

const isUnderWay = ({ state }: TransferView): boolean => state !== 'done' && state !== 'failed';

/** Transfers that are not over. */
export const countTransfers = ({ model }: App): number => model.transfers?.transfers.filter(isUnderWay).length ?? 0;

const sizeOf = ({ bytes: all, bytesDone }: TransferView): string =>
  all === null ? bytes(bytesDone) : `${bytes(bytesDone)} of ${bytes(all)}`;

function left({ bytes: all, bytesDone, rate, state }: TransferView): string {
  if (all === null || state !== 'moving' || !rate) return '';
  return `, ${duration(((all - bytesDone) / rate) * 1_000)} left`;
}

function row(app: App, transfer: TransferView): TemplateResult {
  const { direction, peerId, names, items, files, filesDone, keptBytes, state, rate, code, bytes: all } = transfer;
  const more = items - names.length;
  const isFailed = state === 'failed';
  return html`<li class="transfer" data-transfer-state=${state}>
    <div>
      ${direction === 'send' ? '→' : '←'} <bdi>${app.model.names.get(peerId) ?? shortId(peerId)}</bdi>
      <b>${names.map((name, index) => html`${index === 0 ? '' : ', '}<bdi>${name}</bdi>`)}</b
      >${more > 0 ? html` <small>and ${whole(more)} more</small>` : nothing}
    </div>
    ${
      all === null || !isUnderWay(transfer)
        ? nothing
        : html`<progress
            aria-label="Bytes that are there"
            max=${Math.max(1, all)}
            .value=${Math.min(transfer.bytesDone, Math.max(1, all))}
          ></progress>`
    }
    <small
      ><span class=${isFailed ? 'verdict-fault' : ''}>${states[state]}</span>${
        code === null ? nothing : html` <code>${code}</code> ${explain(app.words, null, code)}`
      }
      · ${sizeOf(transfer)}${keptBytes > 0 ? `, of which ${bytes(keptBytes)} were there` : ''}, ${whole(filesDone)} of
      ${whole(files)} files${state === 'moving' && rate !== null ? ` · ${perSecond(rate)}${left(transfer)}` : ''}</small
    >
  </li>`;
}

/** Files on their way to peers and from them, of all peers or of the selected one; nothing where there are none. */
export function transfers(app: App): TemplateResult | typeof nothing {
  const { selected } = app.ui;
  const { model } = app;
  const shown = (model.transfers?.transfers ?? []).filter(({ peerId }) => selected === null || peerId === selected);
  if (shown.length === 0) return nothing;
  const count = selected === null ? (model.transfers?.count ?? 0) : shown.length;
  return html`<div class="transfers" data-testid="transfers">
    <h3>Files${shown.length < count ? `, the last ${shown.length} of ${count}` : ''}</h3>
    <ul>${[...shown].reverse().map((transfer) => row(app, transfer))}</ul>
  </div>`;
}
