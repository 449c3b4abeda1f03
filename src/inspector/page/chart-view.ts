import type { ActorView } from '../model/model.ts';
import { outerEdge, pathsOf } from '../model/values.ts';
import type { App } from './app.ts';
import { dragToScroll } from './drag.ts';
import { type Drawing, elementsOf, mark } from './drawing.ts';
import type { DrawingName } from './drawings.ts';

/** How long an edge stays lit; fading after that is up to the style. */
const litMs = 2_500;
const legible = 0.55;
const zooms = { least: 0.15, most: 3 };

/** States that are active, as far as the chart has them. */
function litStates({ states }: Drawing, machine: ActorView | undefined): Element[] {
  if (!machine?.value) return [];
  return pathsOf(machine.value).flatMap((path) => states.get(path) ?? []);
}

/** The chart on the page: it is not drawn anew, only marked. */
export class ChartView {
  readonly #app: App;
  readonly #observer: ResizeObserver;
  #canvas: HTMLElement | undefined;
  #size = { width: 0, height: 0 };
  #shown: Drawing | undefined;
  #scale = 1;
  #leaf: Element | undefined;

  constructor(app: App) {
    this.#app = app;
    this.#observer = new ResizeObserver(([entry]) => {
      if (!entry || entry.target !== this.#canvas) return;
      this.#size = { width: entry.contentRect.width, height: entry.contentRect.height };
      app.redraw();
    });
  }

  /** For the `ref` of the element that it is in: one function, or the element would be taken off and put on at each draw. */
  readonly hold = (element: Element | undefined): void => {
    if (this.#canvas) this.#observer.unobserve(this.#canvas);
    this.#canvas = element instanceof HTMLElement ? element : undefined;
    this.#shown = undefined;
    if (!this.#canvas) return;
    this.#observer.observe(this.#canvas);
    dragToScroll(this.#canvas);
  };

  show(name: DrawingName, machine: ActorView | undefined): void {
    const drawing = this.#app.drawings.get(name);
    const canvas = this.#canvas;
    if (!canvas) return;
    if (!drawing) {
      canvas.replaceChildren(drawing === null ? 'The chart could not be loaded.' : '');
      this.#shown = undefined;
      return;
    }
    if (drawing.svg.parentElement !== canvas) canvas.replaceChildren(drawing.svg);
    this.#resize(drawing);
    this.#light(drawing, machine, name === 'connection.overview');
    this.#shown = drawing;
  }

  zoomBy(factor: number): void {
    this.#app.set({ zoom: Math.min(zooms.most, Math.max(zooms.least, this.#scale * factor)) });
  }

  #resize(drawing: Drawing): void {
    const wide = this.#size.width / drawing.width;
    const high = this.#size.height / drawing.height;
    // What would be too small to be read goes over the edge: it scrolls.
    const fit = Math.min(Math.max(Math.min(wide, high), Math.min(high, legible)), 1.4);
    this.#scale = this.#app.ui.zoom ?? Math.max(zooms.least, fit);
    drawing.svg.setAttribute('width', (drawing.width * this.#scale).toFixed(0));
    drawing.svg.setAttribute('height', (drawing.height * this.#scale).toFixed(0));
  }

  #light(drawing: Drawing, machine: ActorView | undefined, outer: boolean): void {
    const now = this.#app.now();
    const states = litStates(drawing, machine);
    const taken = new Set<Element>();
    let last: readonly Element[] = [];
    for (const edge of machine?.recent ?? []) {
      const wanted = outer ? outerEdge(edge) : edge;
      if (!wanted) continue;
      last = elementsOf(drawing, wanted);
      if (now - edge.at < litMs && now >= edge.at) for (const element of last) taken.add(element);
    }
    mark(drawing, 'lit', new Set(states));
    mark(drawing, 'leaf', new Set(states.slice(-1)));
    mark(drawing, 'last', new Set(last));
    mark(drawing, 'taken', taken);
    this.#follow(drawing, states.at(-1));
  }

  /** Only when the state is another one: measuring costs a layout. */
  #follow(drawing: Drawing, to: Element | undefined): void {
    const moved = to !== this.#leaf || drawing !== this.#shown;
    this.#leaf = to;
    if (!moved || !this.#canvas || !(to instanceof SVGGraphicsElement) || !this.#app.ui.follow) return;
    const { width, height } = this.#size;
    if (drawing.width * this.#scale <= width && drawing.height * this.#scale <= height) return;
    const box = to.getBBox();
    const middle = new DOMPoint(box.x + box.width / 2, box.y + box.height / 2).matrixTransform(
      to.getCTM() ?? undefined,
    );
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#canvas.scrollTo({
      left: middle.x - width / 2,
      top: middle.y - height / 2,
      behavior: calm ? 'instant' : 'smooth',
    });
  }
}
