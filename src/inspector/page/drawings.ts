import type { DrawingName } from './chart-choice.ts';
import { type Drawing, parseDrawing } from './drawing.ts';

export interface Drawings {
  /** Undefined until it is there; null when it could not be fetched. */
  get(name: DrawingName): Drawing | null | undefined;
}

/** The charts of this package, drawn from its machines. Each is fetched when it is first asked for. */
export function createDrawings(changed: () => void): Drawings {
  const drawings = new Map<DrawingName, Drawing | null | undefined>();

  async function load(name: DrawingName): Promise<void> {
    drawings.set(name, undefined);
    try {
      const response = await fetch(`/charts/${name}.svg`);
      drawings.set(name, response.ok ? parseDrawing(await response.text(), !name.endsWith('.machine')) : null);
    } catch {
      drawings.set(name, null);
    }
    changed();
  }

  return {
    get: (name) => {
      if (!drawings.has(name)) void load(name);
      return drawings.get(name);
    },
  };
}
