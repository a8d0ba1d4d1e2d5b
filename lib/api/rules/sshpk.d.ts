/** The part of sshpk that we use; the package has no types of its own. */
declare module 'sshpk' {
  interface Key {
    readonly type: string;
    /** Bits. */
    readonly size: number;
  }
  class KeyParseError extends Error {}
  function parseKey(data: string, format: 'ssh'): Key;
  const sshpk: { parseKey: typeof parseKey; KeyParseError: typeof KeyParseError };
  export default sshpk;
}
