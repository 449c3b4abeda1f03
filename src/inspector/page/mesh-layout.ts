export interface Spot {
  readonly x: number;
  readonly y: number;
  /** Radians, from the middle. */
  readonly angle: number;
}

const firstRing = 150;
const betweenRings = 62;
/** Room on a ring for one peer, with and without its name. */
const roomWithName = 100;
const room = 26;

export interface MeshLayout {
  readonly spots: readonly Spot[];
  readonly radius: number;
  readonly named: boolean;
}

/** Places for so many peers in rings around the middle, filled from the inside. */
export function layoutMesh(count: number): MeshLayout {
  const named = count <= 36;
  const rings: number[] = [];
  for (let left = count, ring = 0; left > 0; ring++) {
    const radius = firstRing + ring * betweenRings;
    const fits = Math.min(left, Math.floor((2 * Math.PI * radius) / (named ? roomWithName : room)));
    rings.push(fits);
    left -= fits;
  }
  const spots = rings.flatMap((fits, ring) => {
    const radius = firstRing + ring * betweenRings;
    return Array.from({ length: fits }, (_, place) => {
      const angle = ((place + (ring % 2) / 2) / fits) * 2 * Math.PI - Math.PI / 2;
      return { x: radius * Math.cos(angle), y: radius * Math.sin(angle), angle };
    });
  });
  return { spots, radius: firstRing + Math.max(0, rings.length - 1) * betweenRings, named };
}
