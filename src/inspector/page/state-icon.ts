import { html, type SVGTemplateResult, svg, type TemplateResult } from 'lit-html';
import type { Shown } from '../model/model.ts';

/** Each state has a shape of its own: colour alone is not enough. Drawn in a square of 12, around its middle. */
const shapes: Readonly<Record<Shown, SVGTemplateResult>> = {
  new: svg`<circle r="4.2" class="line" />`,
  connecting: svg`<circle r="4.2" class="line" /><path class="solid" d="M0,-4.2A4.2,4.2 0 0 1 0,4.2Z" />`,
  connected: svg`<circle r="5" class="solid" />`,
  failed: svg`<path class="solid" d="M0,-5.4L5.6,4.6H-5.6Z" />`,
  closed: svg`<rect x="-4.2" y="-4.2" width="8.4" height="8.4" rx="1" class="line" />`,
  heard: svg`<circle r="4.2" class="line dotted" />`,
};

export const shape = (state: Shown): SVGTemplateResult => shapes[state];

export const badge = (state: Shown): TemplateResult => html`<span class="badge s-${state}"
  ><svg class="mark" viewBox="-6 -6 12 12" aria-hidden="true">${shape(state)}</svg>${state}</span
>`;
