/**
 * Cloud milliseconds to wall milliseconds. In production they are the same; local mode runs the simulated clouds
 * faster, and every wait that a cloud causes shrinks with them, down to a floor that keeps the loop from spinning.
 */
const FLOOR_MS = 250;

export interface Pacing {
  /** Wall milliseconds to wait for something that takes `cloudMs` at the cloud. */
  wall(cloudMs: number): number;
}

export function createPacing(speed: number): Pacing {
  if (speed === 1) return { wall: (cloudMs) => cloudMs };
  return { wall: (cloudMs) => (cloudMs <= 0 ? 0 : Math.max(FLOOR_MS, cloudMs / speed)) };
}
