/** Documents that AWS keeps for us come back with other blanks and another order of keys. */
import { canonical } from '../../domain/canonical.ts';

/** Equal texts for equal JSON; what is no JSON stays as it is. */
export function canonicalText(document: string): string {
  try {
    return canonical(JSON.parse(document));
  } catch (error) {
    if (error instanceof SyntaxError) return document;
    throw error;
  }
}
