export interface Spot {
  readonly x: number;
  readonly y: number;
  /** Radians, from the middle. */
  readonly angle: number;
}

const firstRing = 150;
/** Room for a peer with its name, and for one without; on its ring, and between the rings. */
const withName = { onRing: 58, between: 84 };
const withoutName = { onRing: 30, between: 40 };

export interface MeshLayout {
  readonly spots: readonly Spot[];
  readonly radius: number;
  readonly named: boolean;
}

/** How many stand on each ring: as many on each as on the first if that is enough, so that lines pass between peers. */
function fill(count: number, fits: (ring: number) => number): number[] {
  let rings = 0;
  for (let room = 0; room < count; rings++) room += fits(rings);
  const even = Math.ceil(count / Math.max(1, rings));
  const counts: number[] = [];
  for (let left = count; left > 0; ) {
    const here = Math.min(left, even <= fits(0) ? even : fits(counts.length));
    counts.push(here);
    left -= here;
  }
  return counts;
}

/** Places for so many peers in rings around the middle. */
export function layoutMesh(count: number): MeshLayout {
  const named = count <= 24;
  const { onRing, between } = named ? withName : withoutName;
  const radiusOf = (ring: number): number => firstRing + ring * between;
  const counts = fill(count, (ring) => Math.floor((2 * Math.PI * radiusOf(ring)) / onRing));
  const spots = counts.flatMap((fits, ring) =>
    Array.from({ length: fits }, (_, place) => {
      const angle = ((place + (ring % 2) / 2) / fits) * 2 * Math.PI - Math.PI / 2;
      return { x: radiusOf(ring) * Math.cos(angle), y: radiusOf(ring) * Math.sin(angle), angle };
    }),
  );
  return { spots, radius: radiusOf(Math.max(0, counts.length - 1)), named };
}
