/**
 * What validation found, all of it at once. Codes are UPPER_CASE and part of the API's contract;
 * paths are JSON pointers into the request body.
 */
export interface Finding {
  readonly severity: 'error' | 'warning' | 'info';
  readonly code: string;
  /** JSON pointer, `/pools/0/size`; empty for the whole body. */
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
  /** What an error answers with: 422 breaks a rule, 409 meets a wrong state. 422 when absent. */
  readonly status?: 409 | 422;
}

export function violation(code: string, path: string, message: string, hint?: string): Finding {
  return { severity: 'error', code, path, message, ...(hint === undefined ? {} : { hint }) };
}

export function conflict(code: string, path: string, message: string, hint?: string): Finding {
  return { ...violation(code, path, message, hint), status: 409 };
}

export function warning(code: string, path: string, message: string, hint?: string): Finding {
  return { severity: 'warning', code, path, message, ...(hint === undefined ? {} : { hint }) };
}
