import type { ActorView } from '../model/model.ts';
import { outerEdge, pathsOf } from '../model/values.ts';
import type { App } from './app.ts';
import { chooseChart, type DrawingName, fitOf, legible } from './chart-choice.ts';
import { dragToScroll } from './drag.ts';
import { type Drawing, elementsOf, mark } from './drawing.ts';

/** How long an edge stays lit; fading after that is up to the style. */
const litMs = 2_500;
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

  /** Only the outermost states are shown. */
  get isOuter(): boolean {
    return this.#shown?.outer === true;
  }

  /** Shows the one of them that suits the room there is. */
  show(names: readonly DrawingName[], machine: ActorView | undefined): void {
    const drawing = this.#choose(names);
    const canvas = this.#canvas;
    if (!canvas) return;
    if (!drawing) {
      canvas.replaceChildren(drawing === null ? 'The chart could not be loaded.' : '');
      this.#shown = undefined;
      return;
    }
    if (drawing.svg.parentElement !== canvas) canvas.replaceChildren(drawing.svg);
    this.#resize(drawing);
    this.#light(drawing, machine);
    this.#shown = drawing;
  }

  zoomBy(factor: number): void {
    this.#app.set({ zoom: Math.min(zooms.most, Math.max(zooms.least, this.#scale * factor)) });
  }

  /** Others than the first are fetched only where that one does not fit. Undefined until they are there. */
  #choose([first, ...others]: readonly DrawingName[]): Drawing | null | undefined {
    const { drawings } = this.#app;
    const drawing = first && drawings.get(first);
    if (!drawing || this.#size.width === 0 || fitOf(drawing, this.#size) >= legible) return drawing;
    const more = others.map((name) => drawings.get(name));
    if (more.includes(undefined)) return undefined;
    return chooseChart([drawing, ...more.filter((one) => one instanceof Object)], this.#size);
  }

  #resize(drawing: Drawing): void {
    // What would be too small to be read goes over the edge: it scrolls.
    const fit = Math.max(fitOf(drawing, this.#size), Math.min(this.#size.height / drawing.height, legible));
    this.#scale = this.#app.ui.zoom ?? Math.max(zooms.least, fit);
    drawing.svg.setAttribute('width', (drawing.width * this.#scale).toFixed(0));
    drawing.svg.setAttribute('height', (drawing.height * this.#scale).toFixed(0));
  }

  #light(drawing: Drawing, machine: ActorView | undefined): void {
    const now = this.#app.now();
    const states = litStates(drawing, machine);
    const taken = new Set<Element>();
    let last: readonly Element[] = [];
    for (const edge of machine?.recent ?? []) {
      const wanted = drawing.outer ? outerEdge(edge) : edge;
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
