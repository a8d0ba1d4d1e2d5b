/** Something that must never be was seen. The message names it; the seed that is printed with it replays it. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}
