/** Why local mode does not start, in words for the person who started it. Everything else that is thrown is a bug. */
export class StartRefusedError extends Error {
  override readonly name = 'StartRefusedError';
}
