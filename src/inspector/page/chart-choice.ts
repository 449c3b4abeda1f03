/** A whole machine, or its outermost states: in a row, or one below the other for a narrow screen. */
export type DrawingName =
  | 'connection.machine'
  | 'connection.overview'
  | 'connection.portrait'
  | 'node.machine'
  | 'node.overview'
  | 'node.portrait';

/** Below that, the text of a chart is too small to be read. */
export const legible = 0.45;
const largest = 1.4;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** How large all of a chart can be drawn there. */
export const fitOf = (drawing: Size, room: Size): number =>
  Math.min(room.width / drawing.width, room.height / drawing.height, largest);

/** The charts that may be shown of a machine, the one that says most first. */
export const chartsOf = (machine: 'node' | 'peer', whole: boolean): readonly DrawingName[] => {
  if (machine === 'node') return whole ? ['node.machine'] : ['node.machine', 'node.overview', 'node.portrait'];
  return whole ? ['connection.machine'] : ['connection.overview', 'connection.portrait'];
};

/** The first that can be read when all of it is shown, or else the one that comes out largest. */
export function chooseChart<Drawing extends Size>(drawings: readonly Drawing[], room: Size): Drawing | undefined {
  const fitting = drawings.find((drawing) => fitOf(drawing, room) >= legible);
  return fitting ?? [...drawings].sort((a, b) => fitOf(b, room) - fitOf(a, room))[0];
}
