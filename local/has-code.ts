/** Whether something thrown is Node's error of this code. Looks at the shape, because realms have errors of their own. */
export function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
