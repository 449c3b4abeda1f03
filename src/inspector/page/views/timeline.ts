import { html, svg, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { duration, time } from '../format.ts';
import { type Player, speeds } from '../player.ts';

const height = 26;

/** Drawn, since few fonts have them. */
const icons = {
  previous: 'M1,1H3V11H1ZM11,1V11L4,6Z',
  next: 'M9,1H11V11H9ZM1,1V11L8,6Z',
  play: 'M2,0.5V11.5L11,6Z',
  pause: 'M2,1H5V11H2ZM7,1H10V11H7Z',
} as const;

const icon = (name: keyof typeof icons): TemplateResult =>
  html`<svg viewBox="0 0 12 12" aria-hidden="true"><path d=${icons[name]} /></svg>`;

function bars({ density }: Player): TemplateResult {
  const most = Math.max(1, ...density);
  return html`<svg class="density" viewBox="0 0 ${density.length} ${height}" preserveAspectRatio="none" aria-hidden="true">
    ${density.map((count, index) => {
      if (count === 0) return null;
      // A single transition has to be seen beside a thousand.
      const tall = Math.max(4, (Math.log1p(count) / Math.log1p(most)) * height);
      return svg`<rect x=${index} y=${height - tall} width="0.8" height=${tall} />`;
    })}
  </svg>`;
}

/** The bars are the same all the time. */
const drawnBars = new WeakMap<Player, TemplateResult>();

function barsOf(player: Player): TemplateResult {
  const made = drawnBars.get(player) ?? bars(player);
  drawnBars.set(player, made);
  return made;
}

export function timeline(player: Player): TemplateResult {
  const { start, end, at, playing, speed } = player;
  const passed = `${duration(at - start)} of ${duration(end - start)}`;
  return html`<section class="timeline" aria-label="Recording" data-testid="timeline">
    <button title="Transition before (,)" aria-label="Transition before" @click=${() => player.goToTransition('previous')}>${icon('previous')}</button>
    <button
      class="play"
      data-testid="play"
      title=${playing ? 'Pause (space)' : 'Play (space)'}
      aria-label=${playing ? 'Pause' : 'Play'}
      @click=${() => player.play(!playing)}
    >${icon(playing ? 'pause' : 'play')}</button>
    <button title="Next transition (.)" aria-label="Next transition" @click=${() => player.goToTransition('next')}>${icon('next')}</button>
    <div class="track">
      ${barsOf(player)}
      <input
        type="range"
        aria-label="Time"
        aria-valuetext=${`${time(at)}, ${passed}`}
        data-testid="time"
        min=${start}
        max=${end}
        step="1"
        .value=${live(String(Math.round(at)))}
        @input=${(event: InputEvent) => player.goTo(Number((event.target as HTMLInputElement).value))}
      />
    </div>
    <output data-testid="moment"><b>${time(at)}</b> <small>${passed}</small></output>
    <select
      aria-label="Speed"
      data-testid="speed"
      @change=${(event: Event) => player.setSpeed(Number((event.target as HTMLSelectElement).value))}
    >
      ${speeds.map((one) => html`<option value=${one} ?selected=${one === speed}>${one}×</option>`)}
    </select>
  </section>`;
}
