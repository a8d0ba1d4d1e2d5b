/** Lists of AWS come in pages; everything that carries one cluster's tag fits into a few of them. */
import { ok, type Result } from '../../domain/errors.ts';
import { settle } from './errors.ts';

export interface Page<T> {
  readonly items: readonly T[] | undefined;
  /** Both `undefined` and an empty string mean the end. */
  readonly next: string | undefined;
}

/** A cloud that never stops giving pages must not hold a pass for ever. */
const MAX_PAGES = 100;

export async function collect<T>(
  operation: string,
  page: (from: string | undefined) => Promise<Page<T>>,
): Promise<Result<readonly T[]>> {
  const items: T[] = [];
  let from: string | undefined;
  for (let count = 0; count < MAX_PAGES; count += 1) {
    const answer = await settle(operation, () => page(from));
    if (!answer.ok) return answer;
    items.push(...(answer.value.items ?? []));
    from = answer.value.next === '' ? undefined : answer.value.next;
    if (from === undefined) break;
  }
  return ok(items);
}
