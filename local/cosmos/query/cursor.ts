/** Where the parser stands in the tokens of one query, and the small questions it asks there. */
import { QueryError, type Token, tokenize } from './tokens.ts';

export class Cursor {
  /** Aggregates seen so far; a select compares before and after to know whether it holds one. */
  aggregates = 0;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead];
  }

  /** True when the next token is this keyword or symbol. */
  is(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return (
      token !== undefined && (token.kind === 'keyword' || token.kind === 'symbol') && token.text === text
    );
  }

  /** Passes over the keyword or symbol if it is next. */
  accept(text: string): boolean {
    const found = this.is(text);
    if (found) this.#at++;
    return found;
  }

  expect(text: string): void {
    if (!this.accept(text)) this.fail();
  }

  take(): Token {
    const token = this.peek() ?? this.fail();
    this.#at++;
    return token;
  }

  name(): string {
    return this.peek()?.kind === 'name' ? this.take().text : this.fail();
  }

  /** `item, item, item`. */
  list<T>(item: () => T): readonly T[] {
    const items = [item()];
    while (this.accept(',')) items.push(item());
    return items;
  }

  end(): void {
    if (this.peek()) this.fail();
  }

  fail(): never {
    const token = this.peek();
    throw new QueryError(
      token
        ? `Syntax error, incorrect syntax near '${token.source}'.`
        : 'Syntax error, unexpected end-of-file.',
    );
  }
}
