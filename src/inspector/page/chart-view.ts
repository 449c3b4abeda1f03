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

/** The chart on the page: it is not drawn anew, only marked. */
export interface ChartView {
  /** For the `ref` of the element that it is in. */
  readonly hold: (element: Element | undefined) => void;
  show(name: DrawingName, machine: ActorView | undefined): void;
  zoomBy(factor: number): void;
}

/** States that are active, as far as the chart has them. */
function litStates({ states }: Drawing, machine: ActorView | undefined): Element[] {
  if (!machine?.value) return [];
  return pathsOf(machine.value).flatMap((path) => states.get(path) ?? []);
}

export function createChartView(app: App): ChartView {
  let canvas: HTMLElement | undefined;
  let size = { width: 0, height: 0 };
  let shown: Drawing | undefined;
  let scale = 1;
  let leaf: Element | undefined;

  const observer = new ResizeObserver(([entry]) => {
    if (!entry || entry.target !== canvas) return;
    size = { width: entry.contentRect.width, height: entry.contentRect.height };
    app.redraw();
  });

  function resize(drawing: Drawing): void {
    const wide = size.width / drawing.width;
    const high = size.height / drawing.height;
    // What would be too small to be read goes over the edge: it scrolls.
    const fit = Math.min(Math.max(Math.min(wide, high), Math.min(high, legible)), 1.4);
    scale = app.ui.zoom ?? Math.max(zooms.least, fit);
    drawing.svg.setAttribute('width', (drawing.width * scale).toFixed(0));
    drawing.svg.setAttribute('height', (drawing.height * scale).toFixed(0));
  }

  /** Only when the state is another one: measuring costs a layout. */
  function follow(drawing: Drawing, to: Element | undefined): void {
    const moved = to !== leaf || drawing !== shown;
    leaf = to;
    if (!moved || !canvas || !(to instanceof SVGGraphicsElement) || !app.ui.follow) return;
    if (drawing.width * scale <= size.width && drawing.height * scale <= size.height) return;
    const box = to.getBBox();
    const middle = new DOMPoint(box.x + box.width / 2, box.y + box.height / 2).matrixTransform(
      to.getCTM() ?? undefined,
    );
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    canvas.scrollTo({
      left: middle.x - size.width / 2,
      top: middle.y - size.height / 2,
      behavior: calm ? 'instant' : 'smooth',
    });
  }

  function light(drawing: Drawing, machine: ActorView | undefined, outer: boolean): void {
    const now = app.now();
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
    follow(drawing, states.at(-1));
  }

  return {
    hold: (element) => {
      if (canvas) observer.unobserve(canvas);
      canvas = element instanceof HTMLElement ? element : undefined;
      shown = undefined;
      if (!canvas) return;
      observer.observe(canvas);
      dragToScroll(canvas);
    },
    show: (name, machine) => {
      const drawing = app.drawings.get(name);
      if (!canvas) return;
      if (!drawing) {
        canvas.replaceChildren(drawing === null ? 'The chart could not be loaded.' : '');
        shown = undefined;
        return;
      }
      if (drawing.svg.parentElement !== canvas) canvas.replaceChildren(drawing.svg);
      resize(drawing);
      light(drawing, machine, name === 'connection.overview');
      shown = drawing;
    },
    zoomBy: (factor) => app.set({ zoom: Math.min(zooms.most, Math.max(zooms.least, scale * factor)) }),
  };
}
