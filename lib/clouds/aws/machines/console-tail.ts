/**
 * The end of a machine's console, fit for people's eyes: what a boot prints may hold join tokens and keys, and control
 * characters of terminals.
 */

/** Enough to see what failed, little enough for an event. Our choice. */
const LINES = 20;
const CHARACTERS = 1_500;

const SECRETS: readonly RegExp[] = [
  // kubeadm prints the command that joins the next node.
  /\b[a-z0-9]{6}\.[a-z0-9]{16}\b/g,
  /(?<=--certificate-key[ =])\S+/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
];
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
const CONTROL = /\u001b\[[0-9;?]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f]/g;

export function consoleTail(output: string): string {
  const clean = SECRETS.reduce((text, secret) => text.replace(secret, '***'), output.replace(CONTROL, ''));
  const lines = clean.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-LINES).join('\n').slice(-CHARACTERS);
}
