/** One answer for a whole pass: the first who asks makes the call, the others share it until it is forgotten. */
export interface Once<T> {
  get(): Promise<T>;
  forget(): void;
}

export function once<T>(ask: () => Promise<T>): Once<T> {
  let answer: Promise<T> | undefined;
  return {
    get() {
      answer ??= ask();
      return answer;
    },
    forget() {
      answer = undefined;
    },
  };
}
