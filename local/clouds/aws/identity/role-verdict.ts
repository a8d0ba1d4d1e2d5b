/** What the inline policies of a role say, which is what programs on its instances may do. */
import { evaluate, type Question, type Verdict } from './evaluate-policy.ts';
import { parsePolicy } from './policy-document.ts';
import type { Role } from './store.ts';

export const roleVerdict = ({ policies }: Role, question: Question): Verdict =>
  evaluate(
    Object.values(policies).flatMap((document) => {
      const parsed = parsePolicy(document, 'identity');
      return parsed.ok ? parsed.statements : [];
    }),
    question,
  );
