/** What of a stored secret must never be seen elsewhere: private keys by a line of their own, other keys as they are. */

const PRIVATE_KEY = /-----BEGIN PRIVATE KEY-----\\n([^\\]+)\\n([^\\]+)/g;
const RAW_KEY = /"(?:encryptionKey|joinKey)":"([^"]+)"/g;

/** `text`: as the secret store keeps it. */
export function canariesIn(text: string): readonly string[] {
  // The first line of a key says of which kind it is, the second is all its own.
  const keys = [...text.matchAll(PRIVATE_KEY)].map(([, , line = '']) => line);
  const raw = [...text.matchAll(RAW_KEY)].map(([, key = '']) => key);
  return [...keys, ...raw].filter((canary) => canary.length > 0);
}
